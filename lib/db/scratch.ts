/** UTF-8 takes this many bytes at most of one of a string's units. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * Memory outside the heap for bytes that are needed for a moment, one lot after the other. Buffers made anew each time
 * outlive two collections of the young generation while Postgres works, and only a full one frees what they hold.
 */
export class Scratch {
  #bytes: Buffer;
  #used = 0;

  /** `size` to begin with, bytes; it grows with what is written between two calls of `clear`. */
  constructor(size = 1 << 20) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** The text as UTF-8. The bytes stay as they are until `clear`. */
  readonly write = (text: string): Buffer => {
    this.#makeRoom(text.length * MOST_BYTES_PER_UNIT);
    const start = this.#used;
    this.#used += this.#bytes.write(text, start);
    return this.#bytes.subarray(start, this.#used);
  };

  /** What was written so far may be written over. */
  clear(): void {
    this.#used = 0;
  }

  /** Pieces of the memory before keep it for as long as they are needed. */
  #makeRoom(bytes: number): void {
    const { length } = this.#bytes;
    if (this.#used + bytes <= length) return;
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(length * 2, bytes));
    this.#used = 0;
  }
}
