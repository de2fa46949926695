import type { Block } from "./block.ts";

const MOST = 32_768;

/**
 * The newest blocks without a gap, so that a flusher that keeps up reads no file. They are kept as the texts that were
 * written: the settlements themselves, a few kilobytes in a dozen objects each, would all have to be moved by the
 * garbage collector while they wait.
 */
export class Recent {
  #blocks: Block[] = [];
  #count = 0;

  /** That of one commit; what is forgotten goes. */
  add(block: Block, forgottenTo: number): void {
    if (this.#count + block.count > MOST) this.clear();
    const kept = this.#blocks.findIndex(({ seq }) => seq > forgottenTo);
    if (kept !== 0) this.#blocks = kept === -1 ? [] : this.#blocks.slice(kept);
    this.#blocks.push(block);
    this.#count = this.#blocks.reduce((sum, { count }) => sum + count, 0);
  }

  clear(): void {
    this.#blocks = [];
    this.#count = 0;
  }

  /** The oldest ones behind `afterSeq`; undefined when some of them are not in memory. */
  behind(afterSeq: number): Block[] | undefined {
    const [oldest] = this.#blocks;
    if (oldest === undefined || afterSeq < oldest.seq - oldest.count) return undefined;
    return this.#blocks.filter(({ seq }) => seq > afterSeq);
  }
}
