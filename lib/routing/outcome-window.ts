const SLICES = 6;
const SLICE_MS = 10_000;

/** Outcomes of the last minute, in slices of ten seconds. */
export type OutcomeWindow = { slice: number; good: number[]; bad: number[]; slow: number[] };

/** An empty one. It needs no clock: the first outcome turns it to its slice. */
export function outcomeWindow(): OutcomeWindow {
  return { slice: 0, good: zeros(), bad: zeros(), slow: zeros() };
}

/** `slow`: it went well, but late. */
export function addToWindow(window: OutcomeWindow, nowMs: number, kind: "good" | "bad" | "slow"): void {
  const at = turnTo(window, nowMs);
  window[kind][at] = (window[kind][at] ?? 0) + 1;
}

/** What the last 50 to 60 seconds saw; `slow` calls went well, but late. */
export function readWindow(
  window: OutcomeWindow,
  nowMs: number,
): { calls: number; bad: number; slow: number } {
  turnTo(window, nowMs);
  const [good, bad, slow] = [sum(window.good), sum(window.bad), sum(window.slow)];
  return { calls: good + bad + slow, bad, slow };
}

/** Forgets all outcomes, in place: what was counted before counts no more. */
export function clearWindow({ good, bad, slow }: OutcomeWindow): void {
  for (const counts of [good, bad, slow]) counts.fill(0);
}

/** Empties the slices that time has left behind, and returns the index of the running one. */
function turnTo(window: OutcomeWindow, nowMs: number): number {
  const slice = Math.floor(nowMs / SLICE_MS);
  const steps = Math.min(SLICES, slice - window.slice);
  for (let step = 0; step < steps; step += 1) {
    const at = (slice - step) % SLICES;
    window.good[at] = 0;
    window.bad[at] = 0;
    window.slow[at] = 0;
  }
  if (steps > 0) window.slice = slice;
  return window.slice % SLICES;
}

const zeros = () => new Array<number>(SLICES).fill(0);
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
