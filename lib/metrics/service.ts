import { dayMs } from "#lib/core/time";
import { keptDays } from "#lib/logs/kept-service";
import { findNames } from "#lib/logs/name-store";
import { coverRange } from "./cover.ts";
import { peakMetric } from "./peak-store.ts";
import { type MetricPlan, planMetrics } from "./plan.ts";
import { countedCells, countedLatencies } from "./row-cells.ts";
import { countMetricRows } from "./row-store.ts";
import type { Metrics, MetricsQuery } from "./schema.ts";
import {
  type LatencyCell,
  type MetricCell,
  otherGroup,
  stepStarts,
  toLatencySeries,
  toSeries,
} from "./series.ts";
import { findSummed, sumLatency, sumMetric } from "./store.ts";

/** A chart, from the rollups; what no rollup counts from the rows, within a page's time, and says how far that got. */
export async function getMetrics(query: MetricsQuery): Promise<Metrics> {
  const nowMs = Date.now();
  const plan = planMetrics(query, nowMs);
  const found = await (plan.source === "rows" ? fromRows(plan, query) : fromRollups(plan, query, nowMs));
  const { scannedToMs, groups } = found;
  const series = await seriesOf(found, plan, query);
  const shown = series.filter(({ group }) => group !== otherGroup).length;
  return {
    metric: plan.metric,
    step: plan.stepMs / 1000,
    from: new Date(stepStarts(plan)[0] ?? plan.fromMs).toISOString(),
    to: new Date(plan.toMs).toISOString(),
    keptSince: found.keptSinceMs === null ? null : new Date(found.keptSinceMs).toISOString(),
    source: plan.source,
    partial: scannedToMs !== null,
    scannedTo: scannedToMs === null ? null : new Date(scannedToMs).toISOString(),
    groups: query.groupBy === undefined ? { shown: 0, of: 0 } : { shown, of: Math.max(groups, shown) },
    series,
  };
}

type Found = {
  sums: MetricCell[];
  latencies: LatencyCell[];
  groups: number;
  /** What is older was not read; null: all was. */
  scannedToMs: number | null;
  keptSinceMs: number | null;
};

async function fromRollups(plan: MetricPlan, query: MetricsQuery, nowMs: number): Promise<Found> {
  const [kept, summed] = await Promise.all([keptDays(), findSummed(plan)]);
  const stretches = coverRange(plan, summed);
  const told = { scannedToMs: null, keptSinceMs: keptSince(plan, kept.rollups, nowMs) };
  if (plan.isLatency) {
    const { cells, groups } = await sumLatency(plan, query, stretches);
    return { ...told, sums: [], latencies: cells, groups };
  }
  const isPeak = plan.metric === "concurrency";
  const { cells, groups } = await (isPeak ? peakMetric(plan, query) : sumMetric(plan, query, stretches));
  return { ...told, sums: cells, latencies: [], groups };
}

async function fromRows(plan: MetricPlan, query: MetricsQuery): Promise<Found> {
  const { counts, scannedToMs, oldestMs } = await countMetricRows(plan, query);
  const told = { scannedToMs, keptSinceMs: oldestMs };
  if (plan.isLatency) {
    const { cells, groups } = countedLatencies(counts, query);
    return { ...told, sums: [], latencies: cells, groups };
  }
  const { cells, groups } = countedCells(counts, { top: query.top, isCost: plan.metric === "cost" });
  return { ...told, sums: cells, latencies: [], groups };
}

/** A step that was read in part would look like a fall: the lines begin with the first whole one. */
async function seriesOf(found: Found, plan: MetricPlan, query: MetricsQuery): Promise<Metrics["series"]> {
  const { stepMs } = plan;
  const fromMs = found.scannedToMs === null ? plan.fromMs : Math.ceil(found.scannedToMs / stepMs) * stepMs;
  const range = { ...plan, fromMs };
  const isWhole = ({ startMs }: { startMs: number }) => found.scannedToMs === null || startMs >= fromMs;
  const latencies = found.latencies.filter(isWhole);
  const sums = found.sums.filter(isWhole);
  const nameOf = await naming(query.groupBy, plan.isLatency ? latencies : sums);
  if (plan.isLatency) return toLatencySeries(latencies, range, query, nameOf);
  const cells = sums.length === 0 && query.groupBy === undefined ? [emptyCell(fromMs)] : sums;
  return toSeries(plan.metric, cells, range, nameOf);
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
function keptSince({ stepMs }: MetricPlan, days: number, nowMs: number): number | null {
  return stepMs % dayMs === 0 || days === 0 ? null : nowMs - days * dayMs;
}
