export const metricNames = ["rpm", "tpm", "cost", "errors"] as const;

/** How long a chart looks back, and how long one of its steps is. */
export const chartSpans = {
  "1h": { lengthMs: 3_600_000, stepMs: 60_000 },
  "24h": { lengthMs: 86_400_000, stepMs: 900_000 },
  "7d": { lengthMs: 7 * 86_400_000, stepMs: 3_600_000 },
} as const;

export type SpanName = keyof typeof chartSpans;
export const weekMs = 7 * 86_400_000;

/** Whole steps: from the span's start to the end of the running step, `agoMs` earlier. */
export function spanEnds(span: SpanName, nowMs: number, agoMs: number): { from: string; to: string } {
  const { lengthMs, stepMs } = chartSpans[span];
  const endMs = Math.floor(nowMs / stepMs) * stepMs + stepMs - agoMs;
  return { from: new Date(endMs - lengthMs).toISOString(), to: new Date(endMs).toISOString() };
}
