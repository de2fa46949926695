/** A plain request is never longer. */
const MAX_BYTES = 72 << 10;
/** Someone who sends bytes one by one makes a server work for each. */
const MAX_PIECES = 64;
const MAX_BYTES_OF_ALL = 64 << 20;

/** What waits on all connections together, bytes. */
export type Waiting = { bytes: number };

/** What has come on a connection and cannot be served yet. */
export class Inbox {
  private readonly waiting: Waiting;
  private pieces: Buffer[] = [];
  private bytes = 0;

  constructor(waiting: Waiting) {
    this.waiting = waiting;
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  get size(): number {
    return this.bytes;
  }

  /** Takes a piece in any case. */
  add(piece: Buffer): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    this.waiting.bytes += piece.length;
  }

  /** Whether it should take no more: of this connection, or of all. */
  get isFull(): boolean {
    const { bytes, pieces, waiting } = this;
    return bytes > MAX_BYTES || pieces.length > MAX_PIECES || waiting.bytes > MAX_BYTES_OF_ALL;
  }

  /** All of it, in one piece. */
  takeAll(): Buffer {
    const [first] = this.pieces;
    const all = first !== undefined && this.pieces.length === 1 ? first : Buffer.concat(this.pieces);
    this.waiting.bytes -= this.bytes;
    this.pieces = [];
    this.bytes = 0;
    return all;
  }
}
