import { formatUsd } from "#lib/core/money";
import { percentile } from "#lib/logs/histogram";
import type { Metrics, MetricsQuery } from "./schema.ts";

/** One cell of a chart as the rollups gave it: what a group summed to within a step. */
export type MetricCell = { startMs: number; group: string; sum: number; costNanoUsd: bigint };

/** One bucket of a step's latency histogram. */
export type LatencyCell = { startMs: number; bucket: number; count: number };

type Series = Metrics["series"][number];
type Range = { fromMs: number; toMs: number; stepMs: number };

/** The group that sums what lies beyond the largest ones. */
export const otherGroup = "other";

/** The starts of all steps that overlap [from, to). Steps are counted from the epoch, so charts line up. */
export function stepStarts({ fromMs, toMs, stepMs }: Range): number[] {
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.ceil((toMs - first) / stepMs));
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}

/**
 * Series without holes: steps without calls are 0. Costs are USD per step, all else is per minute, averaged over
 * the whole step. Largest group first, `other` last; without any cell one empty series if nothing was grouped by.
 */
export function toSeries(
  metric: MetricsQuery["metric"],
  cells: readonly MetricCell[],
  range: Range,
  nameOf: (group: string) => string,
): Series[] {
  const starts = stepStarts(range);
  const minutes = range.stepMs / 60_000;
  const byGroup = Map.groupBy(cells, (cell) => cell.group);
  const series = [...byGroup].map(([group, own]) => {
    const byStart = new Map(own.map((cell) => [cell.startMs, cell]));
    const points = starts.map((startMs) => {
      const cell = byStart.get(startMs);
      const value =
        metric === "cost" ? formatUsd(cell?.costNanoUsd ?? 0n) : perMinute(cell?.sum ?? 0, minutes);
      return { t: new Date(startMs).toISOString(), value };
    });
    return { size: sizeOf(metric, own), group, name: nameOf(group), points };
  });
  return series
    .sort((left, right) => rank(left) - rank(right) || right.size - left.size)
    .map(({ group, name, points }) => ({ group, name, points }));
}

/** p50, p95 and p99 in milliseconds. A step without calls has no latency, hence no point. */
export function toLatencySeries(cells: readonly LatencyCell[], range: Range): Series[] {
  const histograms = new Map<number, number[]>();
  for (const { startMs, bucket, count } of cells) {
    const histogram = histograms.get(startMs) ?? [];
    histogram[bucket] = (histogram[bucket] ?? 0) + count;
    histograms.set(startMs, histogram);
  }
  return (
    [
      ["p50", 0.5],
      ["p95", 0.95],
      ["p99", 0.99],
    ] as const
  ).map(([group, share]) => ({
    group,
    name: group,
    points: stepStarts(range).flatMap((startMs) => {
      const value = percentile(dense(histograms.get(startMs)), share);
      return value === undefined ? [] : [{ t: new Date(startMs).toISOString(), value: round(value) }];
    }),
  }));
}

function perMinute(sum: number, minutes: number): number {
  return round(sum / minutes);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function rank({ group }: { group: string }): number {
  return group === otherGroup ? 1 : 0;
}

function sizeOf(metric: MetricsQuery["metric"], cells: readonly MetricCell[]): number {
  return cells.reduce((sum, cell) => sum + (metric === "cost" ? Number(cell.costNanoUsd) : cell.sum), 0);
}

/** A histogram whose untouched buckets are 0 instead of holes. */
function dense(histogram: readonly number[] = []): number[] {
  return Array.from(histogram, (count) => count ?? 0);
}
