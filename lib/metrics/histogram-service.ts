import { coverRange } from "./cover.ts";
import { asChart, type BarCell, type HistogramPlan, planHistogram, toBars } from "./histogram.ts";
import type { LogHistogram, LogHistogramQuery } from "./histogram-schema.ts";
import { countRows } from "./histogram-store.ts";
import { planMetrics } from "./plan.ts";
import type { MetricsQuery } from "./schema.ts";
import { findSummed, sumMetric } from "./store.ts";

/** Bars of calls under a filter of the logs: from rollups where they know it, else counted within a budget. */
export async function getLogHistogram(query: LogHistogramQuery): Promise<LogHistogram> {
  const plan = planHistogram(query, Date.now());
  const chart = asChart(query, plan);
  const { bars: _, from: __, to: ___, ...filter } = query;
  const counted =
    chart === undefined
      ? await countRows(filter, plan)
      : { cells: await cellsOf(chart, plan), scannedToMs: null };
  const bars = toBars(counted.cells, plan);
  const { scannedToMs } = counted;
  return {
    from: bars[0]?.t ?? new Date(plan.fromMs).toISOString(),
    to: new Date(plan.toMs).toISOString(),
    step: plan.stepMs / 1000,
    source: chart === undefined ? "rows" : "rollups",
    partial: scannedToMs !== null,
    scannedTo: scannedToMs === null ? null : new Date(scannedToMs).toISOString(),
    bars,
  };
}

async function cellsOf(query: MetricsQuery, { toMs }: HistogramPlan): Promise<BarCell[]> {
  const plan = planMetrics(query, toMs);
  const { cells } = await sumMetric(plan, query, coverRange(plan, await findSummed(plan)));
  return cells.map(({ startMs, group, sum }) => ({ startMs, class: Number(group.charAt(0)), calls: sum }));
}
