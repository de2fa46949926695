/**
 * Upper edges in milliseconds of the latency buckets, each about 2^(1/2) times the last: a percentile read from them
 * is within a fifth of the true one. What lies above the last edge has a bucket of its own. Stored as integer[] in
 * the rollups: never change the edges, add a new column instead.
 */
export const BUCKET_EDGES_MS: readonly number[] = [
  ...new Set(Array.from({ length: 40 }, (_, i) => Math.round(2 ** (i / 2)))),
];

/** The index of the bucket that `ms` falls into. */
export function bucketOf(ms: number): number {
  let low = 0;
  let high = BUCKET_EDGES_MS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms > (BUCKET_EDGES_MS[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An empty histogram: one count per edge and one for what lies above. */
export function emptyHistogram(): number[] {
  return new Array<number>(BUCKET_EDGES_MS.length + 1).fill(0);
}

/**
 * The value in ms below which `share` (0…1) of the observations lie, interpolated within its bucket;
 * undefined when nothing was observed.
 */
export function percentile(histogram: readonly number[], share: number): number | undefined {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = share * total;
  let seen = 0;
  for (let i = 0; i < histogram.length; i += 1) {
    const count = histogram[i] ?? 0;
    if (count > 0 && seen + count >= rank) {
      const low = i === 0 ? 0 : (BUCKET_EDGES_MS[i - 1] ?? 0);
      const high = BUCKET_EDGES_MS[i] ?? low;
      return low + ((high - low) * (rank - seen)) / count;
    }
    seen += count;
  }
  return BUCKET_EDGES_MS[BUCKET_EDGES_MS.length - 1];
}
