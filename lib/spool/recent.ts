import type { Settlement } from "#lib/settlement/batch";

export type RecentRow = { seq: number; settlement: Settlement };

const MOST = 32_768;

/** The newest settlements without a gap, as they were given: a flusher that keeps up reads no file. */
export class Recent {
  #rows: RecentRow[] = [];

  /** Those of one commit; what is forgotten goes. */
  add(settlements: readonly Settlement[], firstSeq: number, forgottenTo: number): void {
    if (this.#rows.length + settlements.length > MOST) this.#rows = [];
    const [oldest] = this.#rows;
    if (oldest !== undefined && oldest.seq <= forgottenTo) this.#rows = this.#after(forgottenTo);
    for (const [index, settlement] of settlements.entries()) {
      this.#rows.push({ seq: firstSeq + index, settlement });
    }
  }

  clear(): void {
    this.#rows = [];
  }

  /** The oldest ones behind `seq`; undefined when some of them are not in memory. */
  behind(seq: number, limit: number): RecentRow[] | undefined {
    const [oldest] = this.#rows;
    return oldest === undefined || seq < oldest.seq - 1 ? undefined : this.#after(seq).slice(0, limit);
  }

  #after(seq: number): RecentRow[] {
    const start = this.#rows.findIndex((row) => row.seq > seq);
    return start === -1 ? [] : this.#rows.slice(start);
  }
}
