import { invalidFields } from "#lib/core/errors";
import { dayMs, hourMs, minuteMs } from "#lib/core/time";
import type { LogHistogram, LogHistogramQuery } from "./histogram-schema.ts";
import { metricsQuery } from "./schema.ts";
import { stepStarts } from "./series.ts";

const steps = [1, 2, 5, 10, 15, 30]
  .map((minutes) => minutes * minuteMs)
  .concat([1, 2, 4, 6, 12].map((hours) => hours * hourMs))
  .concat([1, 2, 7, 14, 31].map((days) => days * dayMs));

export type HistogramPlan = { fromMs: number; toMs: number; stepMs: number };
/** Calls of one class (2, 4, 5 of 2xx, 4xx, 5xx) within one bar. */
export type BarCell = { startMs: number; class: number; calls: number };

/** The range, and the finest step that needs no more bars than asked. Throws 422 for a range that ends before it starts. */
export function planHistogram(
  { from, to, bars }: Pick<LogHistogramQuery, "from" | "to" | "bars">,
  nowMs: number,
): HistogramPlan {
  const toMs = Math.min(to === undefined ? nowMs : Date.parse(to), nowMs + minuteMs);
  const fromMs = from === undefined ? toMs - hourMs : Date.parse(from);
  if (fromMs >= (to === undefined ? nowMs : Date.parse(to)))
    throw invalidFields({ from: "must lie before `to`" });
  const stepMs = steps.find((step) => stepStarts({ fromMs, toMs, stepMs: step }).length <= bars);
  return { fromMs, toMs, stepMs: stepMs ?? Math.ceil((toMs - fromMs) / bars / dayMs + 1) * dayMs };
}

/**
 * The same question as a chart of calls by status, if rollups can answer it: no filter that they do not know. They know
 * whole minutes, so a bar at the range's ends may hold a little more.
 */
export function asChart(query: LogHistogramQuery, plan: HistogramPlan) {
  const { from: _from, to: _to, bars: _bars, status, ...filter } = query;
  const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const known = metricsQuery.safeParse({
    ...asked,
    ...(status === undefined ? {} : { status }),
    metric: "rpm",
    groupBy: "status",
    top: 20,
    step: plan.stepMs / 1000,
    from: new Date(plan.fromMs).toISOString(),
    to: new Date(plan.toMs).toISOString(),
  });
  const isPerKey = query.accountId !== undefined || query.keyId !== undefined;
  if (isPerKey && (query.channelId !== undefined || query.group !== undefined)) return undefined;
  return known.success && plan.stepMs <= 31 * dayMs ? known.data : undefined;
}

/** Bars without holes, oldest first. */
export function toBars(cells: readonly BarCell[], plan: HistogramPlan): LogHistogram["bars"] {
  const byStart = Map.groupBy(cells, (cell) => cell.startMs);
  return stepStarts(plan).map((startMs) => {
    const own = byStart.get(startMs) ?? [];
    const sum = (of: (statusClass: number) => boolean) =>
      own.reduce((total, cell) => total + (of(cell.class) ? cell.calls : 0), 0);
    return {
      t: new Date(startMs).toISOString(),
      succeeded: sum((statusClass) => statusClass < 4),
      refused: sum((statusClass) => statusClass === 4),
      failed: sum((statusClass) => statusClass >= 5),
    };
  });
}
