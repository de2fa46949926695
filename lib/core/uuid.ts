/**
 * A UUIDv7 (RFC 9562): 48 bits of `nowMs`, then 74 random bits, so that ids sort by time and an id tells
 * its own time. `random` holds at least 10 bytes.
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("a UUIDv7 needs 10 random bytes");
  if (!Number.isSafeInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48)
    throw new RangeError("no time for a UUID");
  const bits = (index: number, mask: number, set: number) => HEX[((random[index] ?? 0) & mask) | set] ?? "";
  const head = `${timeOf(nowMs)}${bits(0, 0x0f, 0x70)}${HEX[random[1] ?? 0]}-${bits(2, 0x3f, 0x80)}`;
  return `${head}${HEX[random[3] ?? 0]}-${hexOf(random, 4, 10)}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hexOf(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let index = from; index < to; index += 1) text += HEX[bytes[index] ?? 0];
  return text;
}

let lastMs = Number.NaN;
let lastTime = "";

/** The first two groups, with their hyphens. Under load many ids share a millisecond. */
function timeOf(nowMs: number): string {
  if (nowMs === lastMs) return lastTime;
  const time = nowMs.toString(16).padStart(12, "0");
  [lastMs, lastTime] = [nowMs, `${time.slice(0, 8)}-${time.slice(8)}-`];
  return lastTime;
}

/** The time inside a UUIDv7, ms since the epoch; undefined for anything else. */
export function uuidTimeMs(id: string): number | undefined {
  if (!uuidv7Pattern.test(id)) return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const uuidv7Pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
