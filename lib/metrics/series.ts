import { formatUsd } from "#lib/core/money";
import { percentile } from "#lib/logs/histogram";
import type { Metrics, MetricsQuery } from "./schema.ts";

/** One cell of a chart as the rollups gave it: what a group summed to within a step. */
export type MetricCell = { startMs: number; group: string; sum: number; costNanoUsd: bigint };

/** A step's histogram of one group; its buckets are those of lib/logs/histogram.ts. */
export type LatencyCell = { startMs: number; group: string; histogram: readonly number[] };

type Series = Metrics["series"][number];
type Range = { fromMs: number; toMs: number; stepMs: number };

/** The group that sums what lies beyond the largest ones. */
export const otherGroup = "other";
const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** The starts of all steps that overlap [from, to). Steps are counted from the epoch, so charts line up. */
export function stepStarts({ fromMs, toMs, stepMs }: Range): number[] {
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.ceil((toMs - first) / stepMs));
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}

/**
 * Series without holes: steps without calls are 0. Costs are USD per step, calls at once the most of it, all else is per
 * minute, averaged over the whole step. Largest group first, `other` last.
 */
export function toSeries(
  metric: MetricsQuery["metric"],
  cells: readonly MetricCell[],
  range: Range,
  nameOf: (group: string) => string,
): Series[] {
  const starts = stepStarts(range);
  const times = starts.map((startMs) => new Date(startMs).toISOString());
  const isCost = metric === "cost";
  const isPeak = metric === "concurrency";
  const minutes = isPeak ? 1 : range.stepMs / 60_000;
  const series = [...Map.groupBy(cells, (cell) => cell.group)].map(([group, own]) => {
    const byStart = new Map(own.map((cell) => [cell.startMs, cell]));
    const points = starts.map((startMs, index) => {
      const cell = byStart.get(startMs);
      const value = isCost ? formatUsd(cell?.costNanoUsd ?? 0n) : round((cell?.sum ?? 0) / minutes);
      return { t: times[index] ?? "", value };
    });
    const sum = own.reduce((total, cell) => (isPeak ? Math.max(total, cell.sum) : total + cell.sum), 0);
    const cost = own.reduce((total, cell) => total + cell.costNanoUsd, 0n);
    const total = isCost ? formatUsd(cost) : sum;
    return { size: isCost ? Number(cost) : sum, group, name: nameOf(group), total, points };
  });
  return series
    .sort((left, right) => rank(left) - rank(right) || right.size - left.size)
    .map(({ group, name, total, points }) => ({ group, name, total, peak: peakOf(points), points }));
}

/**
 * Percentiles in milliseconds: of one group p50, p95 and p99 as three series; of several groups the asked one, a series
 * each. A step without calls has no latency, hence no point.
 */
export function toLatencySeries(
  cells: readonly LatencyCell[],
  range: Range,
  asked: { groupBy?: string | undefined; percentile: keyof typeof shares },
  nameOf: (group: string) => string,
): Series[] {
  if (asked.groupBy === undefined) {
    const names = ["p50", "p95", "p99"] as const;
    return names.map((name) => latencyOf(cells, range, { group: name, name, share: shares[name] }));
  }
  const series = [...Map.groupBy(cells, (cell) => cell.group)].map(([group, own]) => {
    const line = latencyOf(own, range, { group, name: nameOf(group), share: shares[asked.percentile] });
    return { size: countOf(own), group, line };
  });
  return series
    .sort((left, right) => rank(left) - rank(right) || right.size - left.size)
    .map(({ line }) => line);
}

function latencyOf(
  cells: readonly LatencyCell[],
  range: Range,
  { group, name, share }: { group: string; name: string; share: number },
): Series {
  const byStart = new Map(cells.map((cell) => [cell.startMs, cell.histogram]));
  const points = stepStarts(range).flatMap((startMs) => {
    const value = percentile(byStart.get(startMs) ?? [], share);
    return value === undefined ? [] : [{ t: new Date(startMs).toISOString(), value: round(value) }];
  });
  const whole = percentile(added(cells), share);
  const total = whole === undefined ? null : round(whole);
  return { group, name, total, peak: peakOf(points), points };
}

/** Histograms add up; percentiles do not. */
function added(cells: readonly LatencyCell[]): number[] {
  const sum: number[] = [];
  for (const { histogram } of cells) {
    for (const [bucket, count] of histogram.entries()) sum[bucket] = (sum[bucket] ?? 0) + count;
  }
  return sum;
}

function countOf(cells: readonly LatencyCell[]): number {
  return added(cells).reduce((sum, count) => sum + count, 0);
}

function peakOf(points: Series["points"]): Series["peak"] {
  let peak: Series["peak"] = null;
  for (const point of points) {
    if (Number(point.value) > Number(peak?.value ?? 0)) peak = point;
  }
  return peak;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function rank({ group }: { group: string }): number {
  return group === otherGroup ? 1 : 0;
}
