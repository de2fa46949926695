import type { Metric } from "./metrics.ts";

/** What the rollups sum of one minute (ms epoch). */
export type UsedMinute = { minuteMs: number; requests: number; tokens: number; images: number };

/** What the rollups keep by the minute. */
export function isRecorded(metric: Metric): metric is "rpm" | "tpm" | "ipm" {
  return metric === "rpm" || metric === "tpm" || metric === "ipm";
}

/** What one minute took of a metric. Refused calls are rows of the log too, but took nothing. */
export function takenIn(metric: "rpm" | "tpm" | "ipm", minute: UsedMinute, refused: number): number {
  if (metric === "tpm") return minute.tokens;
  if (metric === "ipm") return minute.images;
  return Math.max(0, minute.requests - refused);
}

export type HistoryPoint = { atMs: number; peak: number; refused: number };

/**
 * The fullest minute of each step from `fromMs` (a multiple of `stepMs`) up to `toMs`, and the calls refused in it: every
 * step has a point, an idle one at 0.
 */
export function historyOf(
  metric: "rpm" | "tpm" | "ipm",
  minutes: readonly UsedMinute[],
  refusals: readonly { minuteMs: number; refused: number }[],
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
): HistoryPoint[] {
  const refused = new Map(refusals.map((minute) => [minute.minuteMs, minute.refused]));
  const points: HistoryPoint[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) points.push({ atMs, peak: 0, refused: 0 });
  const at = (minuteMs: number) => points[Math.floor((minuteMs - fromMs) / stepMs)];
  for (const minute of minutes) {
    const point = at(minute.minuteMs);
    const taken = takenIn(metric, minute, refused.get(minute.minuteMs) ?? 0);
    if (point !== undefined) point.peak = Math.max(point.peak, taken);
  }
  for (const { minuteMs, refused: count } of refusals) {
    const point = at(minuteMs);
    if (point !== undefined) point.refused += count;
  }
  return points;
}
