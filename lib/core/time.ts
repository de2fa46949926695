/** Where time comes from; tests bring their own. */
export type Clock = {
  /** Wall clock, ms since the epoch. */
  now(): number;
  /** Never goes back, ms since some start: for durations and deadlines. */
  monotonicMs(): number;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** The UTC day of a moment, "2026-11-22". */
export function utcDay(ms: number): string {
  const day = Math.floor(ms / dayMs);
  // Rows come day by day: the last answer is nearly always the next.
  if (day !== lastDay) [lastDay, lastDayText] = [day, new Date(ms).toISOString().slice(0, 10)];
  return lastDayText;
}
let lastDay = Number.NaN;
let lastDayText = "";

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
