/** How surprising something of this probability is, in bits; 0 for what is certain. */
export const bitsOf = (probability: number): number => Math.max(0, -Math.log2(Math.min(1, probability)));

/** Where `n` at once is counted: 1, 2, 3, up to 5, 8, 16, 32, more. */
export function atOnceStep(n: number): number {
  const step = STEPS.findIndex((most) => n <= most);
  return step === -1 ? STEPS.length : step;
}
const STEPS = [1, 2, 3, 5, 8, 16, 32];

/**
 * The share of hours that had at least this step, with a count of `unseen` for what has not been seen yet. `more` hours
 * are taken to have had less.
 */
export function shareFrom(histogram: readonly number[], step: number, unseen: number, more: number): number {
  let [all, above] = [more, 0];
  for (const [index, hours] of histogram.entries()) {
    all += hours;
    if (index >= step) above += hours;
  }
  return (above + unseen) / (all + 1);
}

/** The largest number at once that some hour had, by its step; 0 for none. */
export function mostAtOnce(histogram: readonly number[]): number {
  const step = histogram.findLastIndex((hours) => hours >= 0.5);
  return step === -1 ? 0 : (STEPS[step] ?? 2 * 32);
}
