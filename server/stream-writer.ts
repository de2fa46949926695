import type { Outlet } from "./outlet.ts";

const END = Buffer.from("0\r\n\r\n");
const NOTHING = new Uint8Array(0);
const LINE = "\r\n";
/** Waiting bytes from which on they are written without waiting for more. */
const FULL_BYTES = 64 << 10;

/**
 * Writes a body whose length is not known. node:http hands the system a chunk in three pieces, its length, itself and a
 * line's end; here it is one piece, which with thousands of streams is much of what an event costs. The framing is that
 * of RFC 9112, section 7.1.
 */
export class StreamWriter {
  /** False: the connection has enough for now. */
  isFlowing = true;
  private readonly outlet: Outlet;
  private readonly pieces: Uint8Array[] = [];
  private size = 0;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }

  /** `act` is called when the connection takes more. */
  whenDrained(act: () => void): void {
    this.outlet.whenDrained(() => {
      this.isFlowing = true;
      act();
    });
  }

  /** Keeps bytes for the next writing. */
  add(bytes: Uint8Array | undefined): void {
    if (bytes === undefined || bytes.byteLength === 0) return;
    this.pieces.push(bytes);
    this.size += bytes.byteLength;
    if (this.size >= FULL_BYTES) this.flush();
  }

  /** Writes what was added. */
  flush(): void {
    if (this.size === 0 || this.outlet.isGone) return;
    this.isFlowing = this.outlet.write(this.take(NOTHING));
  }

  /** Writes what was added, and the body's end. */
  end(): void {
    this.outlet.end(this.take(this.outlet.isFramed ? END : NOTHING));
  }

  /** The added bytes as one chunk, and what comes behind it. */
  private take(behind: Uint8Array): Uint8Array {
    const { pieces, size } = this;
    const head = this.outlet.isFramed && size > 0 ? size.toString(16) + LINE : "";
    const whole = Buffer.allocUnsafe(head.length + size + (head === "" ? 0 : LINE.length) + behind.length);
    let at = whole.write(head, 0, "latin1");
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.byteLength;
    }
    if (head !== "") at += whole.write(LINE, at, "latin1");
    whole.set(behind, at);
    pieces.length = 0;
    this.size = 0;
    return whole;
  }
}
