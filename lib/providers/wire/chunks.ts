import { UpstreamFailure } from "../provider.ts";

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const SEMICOLON = 0x3b;
/** A chunk of 4 GB and more is nobody's. */
const MAX_DIGITS = 8;
/** Of extensions and trailers, which are read and thrown away. */
const MAX_EXTRA_BYTES = 16 << 10;

type Phase = "size" | "extension" | "size end" | "data" | "data cr" | "data lf" | "trailer" | "over";

/** Takes the framing off a body in chunks (RFC 9112, section 7.1), however it was cut on its way. */
export class Chunks {
  private phase: Phase = "size";
  private size = 0;
  private digits = 0;
  private extra = 0;
  /** Of a trailer's line: the bytes that have come of it, and whether the last was a carriage return. */
  private line = 0;
  private isAfterCr = false;

  get isOver(): boolean {
    return this.phase === "over";
  }

  /** Hands over the data in `bytes` from `from` on; the index of the first byte behind the body, if it ends here. Throws `malformed`. */
  take(bytes: Buffer, from: number, give: (data: Buffer) => void): number {
    let at = from;
    while (at < bytes.length && this.phase !== "over") {
      if (this.phase === "data") {
        const end = Math.min(bytes.length, at + this.size);
        give(bytes.subarray(at, end));
        this.size -= end - at;
        at = end;
        if (this.size === 0) this.phase = "data cr";
      } else {
        this.step(bytes[at] ?? 0);
        at += 1;
      }
    }
    return at;
  }

  private step(byte: number): void {
    if (this.phase === "size") this.sizeByte(byte);
    else if (this.phase === "data cr") this.expect(byte, CR, "data lf");
    else if (this.phase === "data lf") this.expect(byte, LF, "size");
    else if (this.phase === "size end") this.sizeEnd(byte);
    else if (this.phase === "extension") this.extensionByte(byte);
    else this.trailerByte(byte);
  }

  private expect(byte: number, expected: number, then: Phase): void {
    if (byte !== expected) throw new UpstreamFailure("malformed");
    this.phase = then;
  }

  private sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.size = this.size * 16 + digit;
      this.digits += 1;
      if (this.digits > MAX_DIGITS) throw new UpstreamFailure("malformed");
      return;
    }
    if (this.digits === 0) throw new UpstreamFailure("malformed");
    this.digits = 0;
    if (byte === CR) this.phase = "size end";
    else if (byte === SEMICOLON || byte === SPACE || byte === TAB) this.phase = "extension";
    else throw new UpstreamFailure("malformed");
  }

  private sizeEnd(byte: number): void {
    this.expect(byte, LF, this.size === 0 ? "trailer" : "data");
  }

  private extensionByte(byte: number): void {
    this.count();
    if (byte === CR) this.phase = "size end";
    else if (byte === LF) throw new UpstreamFailure("malformed");
  }

  private trailerByte(byte: number): void {
    this.count();
    if (this.isAfterCr) {
      this.expect(byte, LF, this.line === 0 ? "over" : "trailer");
      this.isAfterCr = false;
      this.line = 0;
    } else if (byte === CR) this.isAfterCr = true;
    else if (byte === LF) throw new UpstreamFailure("malformed");
    else this.line += 1;
  }

  private count(): void {
    this.extra += 1;
    if (this.extra > MAX_EXTRA_BYTES) throw new UpstreamFailure("malformed");
  }
}

/** -1: it is none. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
