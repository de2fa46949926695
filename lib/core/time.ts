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

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
