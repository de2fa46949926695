/** A piece below this is copied beside others: as an object of its own it would take more memory than it has bytes. */
const SMALL_BYTES = 1_024;
const BLOCK_BYTES = 16 << 10;
/** So many pieces are taken whatever their size; of more, each is to be `LEAST_MEAN_BYTES` long on the average. */
const FREE_PIECES = 4_096;
const LEAST_MEAN_BYTES = 64;

/**
 * A body as it comes, in memory that is no more than a little above its size, however small its pieces are. Someone who
 * sends bytes one by one (chunks may be so small) makes a server work a microsecond and more for each.
 */
export class BodyPieces {
  private readonly whole: Uint8Array[] = [];
  private block = new Uint8Array(0);
  private filled = 0;
  private count = 0;
  private size = 0;

  /** False: it comes in too small pieces. */
  add(piece: Uint8Array): boolean {
    this.count += 1;
    this.size += piece.byteLength;
    if (this.count > FREE_PIECES && this.size < this.count * LEAST_MEAN_BYTES) return false;
    // The first is mostly all there is.
    if (this.count === 1 || piece.byteLength >= SMALL_BYTES) this.keep(piece);
    else this.copy(piece);
    return true;
  }

  bytes(): Uint8Array {
    this.cutBlock();
    const [first] = this.whole;
    return this.whole.length === 1 && first !== undefined ? first : Buffer.concat(this.whole);
  }

  private keep(piece: Uint8Array): void {
    this.cutBlock();
    this.whole.push(piece);
  }

  private copy(piece: Uint8Array): void {
    if (this.filled + piece.byteLength > this.block.byteLength) {
      this.cutBlock();
      this.block = new Uint8Array(BLOCK_BYTES);
    }
    this.block.set(piece, this.filled);
    this.filled += piece.byteLength;
  }

  /** What stands in the block so far is a piece; the rest of it takes what comes next. */
  private cutBlock(): void {
    if (this.filled === 0) return;
    this.whole.push(this.block.subarray(0, this.filled));
    this.block = this.block.subarray(this.filled);
    this.filled = 0;
  }
}
