/** How long sound in a file lasts: `most` seconds, which is certain as far as its size tells, and what it is likely to be. Both at least 1. */
export type SoundLength = { mostSeconds: number; seconds: number };

/** What voices are compressed to at the least (Opus, AMR); less is no speech any more. */
const LEAST_BYTES_PER_SECOND = 750;
/** What files of each kind mostly have. */
const USUAL_BYTES_PER_SECOND = {
  mp3: 16_000,
  mp4: 16_000,
  flac: 60_000,
  ogg: 4_000,
  webm: 4_000,
  other: 8_000,
};

/** A file's length: exact of plain WAV, elsewhere by its size, because a head may say what it likes. */
export function soundLength(file: Uint8Array): SoundLength {
  const wav = wavLength(file);
  if (wav !== undefined) return wav;
  const size = file.byteLength;
  return {
    mostSeconds: Math.max(1, Math.ceil(size / LEAST_BYTES_PER_SECOND)),
    seconds: Math.max(1, Math.ceil(size / USUAL_BYTES_PER_SECOND[kindOf(file)])),
  };
}

function kindOf(file: Uint8Array): keyof typeof USUAL_BYTES_PER_SECOND {
  const head = Buffer.from(file.buffer, file.byteOffset, Math.min(16, file.byteLength)).toString("latin1");
  if (head.startsWith("fLaC")) return "flac";
  if (head.startsWith("OggS")) return "ogg";
  if (head.startsWith("\x1a\x45\xdf\xa3")) return "webm";
  if (head.slice(4, 8) === "ftyp") return "mp4";
  return head.startsWith("ID3") || /^\xff[\xe0-\xff]/.test(head) ? "mp3" : "other";
}

const PLAIN = new Set([1, 3, 0xfffe]);
const MOST_CHUNKS = 64;

/** Of uncompressed samples in RIFF: bytes behind the data chunk's head, by bytes per second. The size that it states may be 0 or too much. */
function wavLength(file: Uint8Array): SoundLength | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
    return undefined;
  let bytesPerSecond = 0;
  let at = 12;
  for (let chunks = 0; chunks < MOST_CHUNKS && at + 8 <= bytes.length; chunks += 1) {
    const name = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === "fmt " && start + 16 <= bytes.length) bytesPerSecond = rateOf(bytes, start);
    else if (name === "data") {
      const rest = bytes.length - start;
      if (bytesPerSecond <= 0) return undefined;
      const secondsOf = (length: number) => Math.max(1, Math.ceil(length / bytesPerSecond));
      const said = size === 0 || size > rest ? rest : size;
      return { mostSeconds: secondsOf(rest), seconds: secondsOf(said) };
    }
    at = start + size + (size % 2);
  }
  return undefined;
}

/** Bytes per second of plain samples, from what they are made of; 0: they are compressed, or nonsense. */
function rateOf(bytes: Buffer, at: number): number {
  const [format, channels] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
  const [samples, bits] = [bytes.readUInt32LE(at + 4), bytes.readUInt16LE(at + 14)];
  const isSensible = channels >= 1 && channels <= 8 && samples <= 192_000 && bits >= 8 && bits <= 64;
  return PLAIN.has(format) && isSensible ? samples * channels * Math.ceil(bits / 8) : 0;
}
