/**
 * A UUIDv7 (RFC 9562): 48 bits of `nowMs`, then 74 random bits, so that ids sort by time and an id tells
 * its own time. `random` holds at least 10 bytes.
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("a UUIDv7 needs 10 random bytes");
  if (!Number.isSafeInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48)
    throw new RangeError("no time for a UUID");
  const time = nowMs.toString(16).padStart(12, "0");
  const hex = (index: number) => HEX[random[index] ?? 0] ?? "";
  const [version, variant] = [HEX[0x70 | ((random[0] ?? 0) & 0x0f)], HEX[0x80 | ((random[2] ?? 0) & 0x3f)]];
  const head = `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex(1)}-${variant}${hex(3)}`;
  return `${head}-${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The time inside a UUIDv7, ms since the epoch; undefined for anything else. */
export function uuidTimeMs(id: string): number | undefined {
  if (!uuidv7Pattern.test(id)) return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const uuidv7Pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
