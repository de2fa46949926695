/** Buckets grow by 1 %: a percentile read from them is within 1 % of the true one, in constant memory. */
const GROWTH = Math.log(1.01);
const BUCKETS = 2_400;

/** Counts durations from 1 µs to hours. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  /** @param us microseconds; what is below 1 counts as 1 */
  record(us: number): void {
    const bucket = us <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(us) / GROWTH));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  get total(): number {
    return this.#total;
  }

  /** Milliseconds below which `share` (0 to 1) of the durations lie; 0 of none. */
  percentileMs(share: number): number {
    const rank = share * this.#total;
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen > 0 && seen >= rank) return Math.exp(bucket * GROWTH) / 1000;
    }
    return 0;
  }
}
