import type { Metric } from "./metrics.ts";

/** What the rollups sum of one minute (ms epoch). */
export type UsedMinute = {
  minuteMs: number;
  requests: number;
  tokens: number;
  images: number;
  videos: number;
  audios: number;
};

/** What one minute took of a metric; of calls at once, the most that ran. */
export type TakenMinute = { minuteMs: number; taken: number };

/** What the rollups sum by the minute; of calls at once they know nothing. */
export type SummedMetric = Exclude<Metric, "concurrency">;

/** What one minute took of a metric. Refused calls are rows of the log too, but took nothing. */
export function takenIn(metric: SummedMetric, minute: UsedMinute, refused: number): number {
  if (metric === "rpm") return Math.max(0, minute.requests - refused);
  return { tpm: minute.tokens, ipm: minute.images, vpm: minute.videos, apm: minute.audios }[metric];
}

export type HistoryPoint = { atMs: number; peak: number; refused: number };

/**
 * The fullest minute of each step from `fromMs` (a multiple of `stepMs`) up to `toMs`, and the calls refused in it: every
 * step has a point, an idle one at 0.
 */
export function historyOf(
  minutes: readonly TakenMinute[],
  refusals: readonly { minuteMs: number; refused: number }[],
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
): HistoryPoint[] {
  const points: HistoryPoint[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) points.push({ atMs, peak: 0, refused: 0 });
  const at = (minuteMs: number) => points[Math.floor((minuteMs - fromMs) / stepMs)];
  for (const { minuteMs, taken } of minutes) {
    const point = at(minuteMs);
    if (point !== undefined) point.peak = Math.max(point.peak, taken);
  }
  for (const { minuteMs, refused: count } of refusals) {
    const point = at(minuteMs);
    if (point !== undefined) point.refused += count;
  }
  return points;
}
