/** One row of the settlement table: the settlements `last − count + 1 … last`. */
export type KeptBlock = { last: number; count: number; bytes: number };

/** Which blocks the file holds, and how many of their settlements are still wanted. */
export class Kept {
  #blocks: KeptBlock[];
  #rows = 0;
  #bytes = 0;
  /** Blocks before it are gone. */
  #first = 0;

  constructor(blocks: readonly KeptBlock[], forgottenTo: number) {
    this.#blocks = [...blocks];
    for (const block of blocks) {
      this.#rows += block.count - overlap(block, forgottenTo);
      this.#bytes += block.bytes;
    }
  }

  rows(): number {
    return this.#rows;
  }

  bytes(): number {
    return this.#bytes;
  }

  add(block: KeptBlock): void {
    this.#blocks.push(block);
    this.#rows += block.count;
    this.#bytes += block.bytes;
  }

  /** Settlements up to `toSeq` are no longer wanted; up to `before` they were not already. Whole blocks go. */
  forget(before: number, toSeq: number): void {
    for (let index = this.#first; index < this.#blocks.length; index += 1) {
      const block = this.#blocks[index];
      if (block === undefined || block.last - block.count >= toSeq) break;
      this.#rows -= overlap(block, toSeq) - overlap(block, before);
      if (block.last > toSeq) break;
      this.#bytes -= block.bytes;
      this.#first = index + 1;
    }
    if (this.#first < SHIFT_AT) return;
    this.#blocks = this.#blocks.slice(this.#first);
    this.#first = 0;
  }
}

const SHIFT_AT = 1_024;

/** How many of a block's settlements lie at or before `seq`. */
function overlap({ last, count }: KeptBlock, seq: number): number {
  return Math.max(0, Math.min(count, seq - (last - count)));
}
