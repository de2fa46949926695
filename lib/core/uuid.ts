/**
 * A UUIDv7 (RFC 9562): 48 bits of `nowMs`, then 74 random bits, so that ids sort by time and an id tells
 * its own time. `random` holds at least 10 bytes.
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("a UUIDv7 needs 10 random bytes");
  const time = nowMs.toString(16).padStart(12, "0");
  if (!Number.isSafeInteger(nowMs) || nowMs < 0 || time.length > 12)
    throw new RangeError("no time for a UUID");
  const tail = Array.from(random.subarray(0, 10), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = (8 | (Number.parseInt(tail.charAt(4), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(1, 4)}-${variant}${tail.slice(5, 8)}-${tail.slice(8)}`;
}

/** The time inside a UUIDv7, ms since the epoch; undefined for anything else. */
export function uuidTimeMs(id: string): number | undefined {
  if (!uuidv7Pattern.test(id)) return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const uuidv7Pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
