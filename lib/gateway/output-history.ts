/** What models lately answered with: the output bound of a call that names none. */
export type OutputHistory = {
  observe(model: string, completionTokens: number): void;
  /** The 95th percentile of the model's last answers; undefined before there are any. */
  p95(model: string): number | undefined;
};

const KEPT = 200;
const REFRESH_EVERY = 20;

/** Keeps the last 200 output lengths per model; the percentile is refreshed every 20 answers. */
export function createOutputHistory(): OutputHistory {
  const models = new Map<string, { lengths: number[]; seen: number; p95: number }>();
  return {
    observe(model, completionTokens) {
      const entry = models.get(model) ?? { lengths: [], seen: 0, p95: 0 };
      models.set(model, entry);
      entry.lengths[entry.seen % KEPT] = completionTokens;
      if (entry.seen % REFRESH_EVERY === 0) {
        const sorted = [...entry.lengths].sort((a, b) => a - b);
        entry.p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
      }
      entry.seen += 1;
    },
    p95: (model) => models.get(model)?.p95,
  };
}
