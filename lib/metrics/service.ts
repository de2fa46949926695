import { findNames } from "#lib/logs/name-store";
import { planMetrics } from "./plan.ts";
import type { Metrics, MetricsQuery } from "./schema.ts";
import { type MetricCell, otherGroup, toLatencySeries, toSeries } from "./series.ts";
import { sumLatency, sumMetric } from "./store.ts";

/** A chart, from the rollups alone. Throws 422 for what they cannot tell. */
export async function getMetrics(query: MetricsQuery): Promise<Metrics> {
  const plan = planMetrics(query, Date.now());
  const head = { metric: plan.metric, step: query.step };
  if (plan.metric === "latency") {
    return { ...head, series: toLatencySeries(await sumLatency(plan, query), plan) };
  }
  const found = await sumMetric(plan, query);
  const cells = found.length === 0 && query.groupBy === undefined ? [emptyCell(plan.fromMs)] : found;
  const names = await namesOf(query.groupBy, cells);
  return {
    ...head,
    series: toSeries(plan.metric, cells, plan, (group) => names.get(group) ?? plainName(group)),
  };
}

/** What makes an empty chart a line at 0 rather than nothing. */
function emptyCell(startMs: number): MetricCell {
  return { startMs, group: "total", sum: 0, costNanoUsd: 0n };
}

async function namesOf(
  groupBy: MetricsQuery["groupBy"],
  cells: readonly MetricCell[],
): Promise<Map<string, string>> {
  const ids = [...new Set(cells.map((cell) => cell.group))].filter((group) => group !== otherGroup);
  if (groupBy === "account") return findNames({ accounts: ids });
  if (groupBy === "key") return findNames({ keys: ids });
  if (groupBy === "channel") return findNames({ channels: ids });
  return new Map();
}

/** Calls without a model, key or channel (refused before they had one) are counted under the empty id. */
function plainName(group: string): string {
  return group === "" ? "none" : group;
}
