import { dayMs } from "#lib/core/time";
import { keptDays } from "#lib/logs/kept-service";
import { findNames } from "#lib/logs/name-store";
import { coverRange } from "./cover.ts";
import { type MetricPlan, planMetrics } from "./plan.ts";
import type { Metrics, MetricsQuery } from "./schema.ts";
import { type MetricCell, otherGroup, stepStarts, toLatencySeries, toSeries } from "./series.ts";
import { findSummed, sumLatency, sumMetric } from "./store.ts";

/** A chart, from the rollups alone. Throws 422 for what they cannot tell. */
export async function getMetrics(query: MetricsQuery): Promise<Metrics> {
  const nowMs = Date.now();
  const plan = planMetrics(query, nowMs);
  const [kept, summed] = await Promise.all([keptDays(), findSummed(plan)]);
  const stretches = coverRange(plan, summed);
  const { series, groups } = await (plan.isLatency ? latencies : sums)(plan, query, stretches);
  const shown = series.filter(({ group }) => group !== otherGroup).length;
  return {
    metric: plan.metric,
    step: plan.stepMs / 1000,
    from: new Date(stepStarts(plan)[0] ?? plan.fromMs).toISOString(),
    to: new Date(plan.toMs).toISOString(),
    keptSince: keptSince(plan, kept.rollups, nowMs),
    groups: query.groupBy === undefined ? { shown: 0, of: 0 } : { shown, of: Math.max(groups, shown) },
    series,
  };
}

type Chart = { series: Metrics["series"]; groups: number };
type Cover = ReturnType<typeof coverRange>;

async function latencies(plan: MetricPlan, query: MetricsQuery, stretches: Cover): Promise<Chart> {
  const { cells, groups } = await sumLatency(plan, query, stretches);
  const nameOf = await naming(query.groupBy, cells);
  return { series: toLatencySeries(cells, plan, query, nameOf), groups };
}

async function sums(plan: MetricPlan, query: MetricsQuery, stretches: Cover): Promise<Chart> {
  const { cells: found, groups } = await sumMetric(plan, query, stretches);
  const cells = found.length === 0 && query.groupBy === undefined ? [emptyCell(plan.fromMs)] : found;
  const nameOf = await naming(query.groupBy, cells);
  return { series: toSeries(plan.metric, cells, plan, nameOf), groups };
}

/** What makes an empty chart a line at 0 rather than nothing. */
function emptyCell(startMs: number): MetricCell {
  return { startMs, group: "total", sum: 0, costNanoUsd: 0n };
}

async function naming(groupBy: MetricsQuery["groupBy"], cells: readonly { group: string }[]) {
  const names = await namesOf(
    groupBy,
    [...new Set(cells.map((cell) => cell.group))].filter((group) => group !== otherGroup),
  );
  // Calls without a model, key or channel (refused before they had one) are counted under the empty id.
  return (group: string) => names.get(group) ?? (group === "" ? "none" : group);
}

async function namesOf(groupBy: MetricsQuery["groupBy"], ids: string[]): Promise<Map<string, string>> {
  if (groupBy === "account") return findNames({ accounts: ids });
  if (groupBy === "key") return findNames({ keys: ids });
  if (groupBy === "channel") return findNames({ channels: ids });
  return new Map();
}

/** Days are kept for ever, minutes and hours as long as the setting says. */
function keptSince({ stepMs }: MetricPlan, days: number, nowMs: number): string | null {
  return stepMs % dayMs === 0 || days === 0 ? null : new Date(nowMs - days * dayMs).toISOString();
}
