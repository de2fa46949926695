const WINDOW_MS = 60_000;
const MOST_EXACT = 1_000;

/**
 * A cap on starts per minute, over every window of 60 s: exact up to 1,000 starts, above that in steps of a thousandth
 * of the cap (never more than the cap, at times a thousandth less).
 */
export type RateWindow = {
  perMinute: number;
  grain: number;
  times: Float64Array;
  next: number;
  inGrain: number;
  /** Starts that have a place and no time yet. */
  held: number;
};

/** An empty one. */
export function rateWindow(perMinute: number): RateWindow {
  const grain = Math.max(1, Math.ceil(perMinute / MOST_EXACT));
  const times = new Float64Array(Math.max(1, Math.floor(perMinute / grain))).fill(Number.NEGATIVE_INFINITY);
  return { perMinute, grain, times, next: 0, inGrain: 0, held: 0 };
}

/** Whether one more start fits now, beside those that hold a place. */
export function hasRoom(window: RateWindow, nowMs: number): boolean {
  const { times, next, inGrain, grain, held } = window;
  let free = inGrain > 0 && inGrain < grain ? grain - inGrain : 0;
  for (let step = 0; free <= held && step < times.length; step += 1) {
    if (nowMs - (times[(next + step) % times.length] ?? 0) < WINDOW_MS) return false;
    free += grain;
  }
  return free > held;
}

/** Counts a start. A grain of starts carries the time of its last one. */
export function takeRoom(window: RateWindow, nowMs: number): void {
  if (window.inGrain === 0 || window.inGrain >= window.grain) {
    window.times[window.next] = nowMs;
    window.next = (window.next + 1) % window.times.length;
    window.inGrain = 1;
    return;
  }
  const last = (window.next + window.times.length - 1) % window.times.length;
  window.times[last] = nowMs;
  window.inGrain += 1;
}
