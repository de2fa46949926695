const dayMinutes = 1440;
const stepsMs = [5, 10, 15, 30, 60, 120, 180, 360, 720]
  .concat([1, 2, 3, 7, 14, 28, 91, 182, 364].map((days) => days * dayMinutes))
  .map((minutes) => minutes * 60_000);

/**
 * Round times between two ends for an axis of at most `most` ticks: whole quarters, hours, days of the clock whose
 * distance to UTC is `offsetMs` (local = UTC + offset).
 */
export function timeTicks(fromMs: number, toMs: number, most: number, offsetMs: number): number[] {
  const stepMs = stepsMs.find((step) => (toMs - fromMs) / step <= most) ?? stepsMs.at(-1) ?? toMs - fromMs;
  const ticks: number[] = [];
  const first = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  for (let tick = first; tick <= toMs; tick += stepMs) ticks.push(tick);
  return ticks;
}
