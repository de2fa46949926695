import { crc32, deflateSync, inflateSync } from "node:zlib";
import { invalidFields } from "#lib/core/errors";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const mostSide = 512;
/** Samples a pixel by colour type, 8 bits each: RGB and RGBA, which is what browsers write. */
const samples: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/**
 * A PNG made anew from the pixels of another: what else the file held (texts, profiles, other formats behind it) is
 * gone. 8-bit RGB or RGBA, not interlaced, at most 512 × 512. Throws 422 `invalid_fields` for anything else.
 */
export function cleanPng(bytes: Uint8Array): Buffer {
  const file = Buffer.from(bytes);
  if (!file.subarray(0, 8).equals(signature)) throw refused("this is no PNG");
  const chunks = readChunks(file);
  const head = chunks.find(({ type }) => type === "IHDR")?.data;
  if (head === undefined || head.length !== 13) throw refused("this PNG has no header");
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const perPixel = samples[head[9] ?? -1];
  if (width === 0 || height === 0 || width > mostSide || height > mostSide) {
    throw refused(`at most ${mostSide} × ${mostSide} pixels`);
  }
  if (head[8] !== 8 || perPixel === undefined || head[12] !== 0)
    throw refused("an 8-bit RGB or RGBA PNG is expected");
  const size = height * (1 + width * perPixel);
  const pixels = inflated(
    Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)),
    size,
  );
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(pixels, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

type Chunk = { type: string; data: Buffer };

function readChunks(file: Buffer): Chunk[] {
  const found: Chunk[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > file.length) throw refused("this PNG is cut off");
    const type = file.toString("latin1", at + 4, at + 8);
    found.push({ type, data: file.subarray(at + 8, end) });
    if (type === "IEND") break;
    at = end + 4;
  }
  return found;
}

/** Never more than the pixels take: a small file must not unpack into a large one. */
function inflated(packed: Buffer, size: number): Buffer {
  try {
    const pixels = inflateSync(packed, { maxOutputLength: size });
    if (pixels.length === size) return pixels;
  } catch {
    // Told below, as for pixels that are too few.
  }
  throw refused("this PNG's pixels cannot be read");
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function refused(message: string): Error {
  return invalidFields({ image: message });
}
