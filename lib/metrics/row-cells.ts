import { emptyHistogram } from "#lib/logs/histogram";
import { type LatencyCell, type MetricCell, otherGroup } from "./series.ts";

/** A group of rows as the database wrote it: starts in seconds since 1970, buckets of latency, and how much fell there. */
export type RowCount = { grp: string; starts: string; buckets: string; n: string };

type Cell = { startMs: number; bucket: number; amount: bigint };

/** Sums of a chart from counted rows; beyond the `top` largest groups they are summed as `other`. */
export function countedCells(
  counts: readonly RowCount[],
  { top, isCost }: { top: number; isCost: boolean },
): { cells: MetricCell[]; groups: number } {
  const { byGroup, groups } = largest(counts, top);
  const cells = [...byGroup].flatMap(([group, own]) => {
    const steps = new Map<number, bigint>();
    for (const { startMs, amount } of own) steps.set(startMs, (steps.get(startMs) ?? 0n) + amount);
    return [...steps].map(([startMs, amount]) => ({
      ...{ startMs, group, sum: isCost ? 0 : Number(amount) },
      costNanoUsd: isCost ? amount : 0n,
    }));
  });
  return { cells, groups };
}

/** The same of latencies: a histogram per step and group. */
export function countedLatencies(
  counts: readonly RowCount[],
  { top }: { top: number },
): { cells: LatencyCell[]; groups: number } {
  const { byGroup, groups } = largest(counts, top);
  const cells = [...byGroup].flatMap(([group, own]) => {
    const steps = new Map<number, number[]>();
    for (const { startMs, bucket, amount } of own) {
      const histogram = steps.get(startMs) ?? emptyHistogram();
      steps.set(startMs, histogram);
      histogram[bucket] = (histogram[bucket] ?? 0) + Number(amount);
    }
    return [...steps].map(([startMs, histogram]) => ({ startMs, group, histogram }));
  });
  return { cells, groups };
}

function largest(counts: readonly RowCount[], top: number) {
  const all = new Map<string, { sum: bigint; cells: Cell[] }>();
  for (const { grp, starts, buckets, n } of counts) {
    const found = all.get(grp) ?? { sum: 0n, cells: [] };
    all.set(grp, found);
    const [amounts, places] = [n.split(","), buckets.split(",")];
    for (const [index, start] of starts.split(",").entries()) {
      const amount = BigInt(amounts[index] ?? 0);
      if (amount === 0n) continue;
      found.sum += amount;
      found.cells.push({ startMs: Number(start) * 1_000, bucket: Number(places[index]), amount });
    }
  }
  const ordered = [...all]
    .filter(([, { sum }]) => sum > 0n)
    .toSorted(([a, left], [b, right]) =>
      left.sum === right.sum ? (a < b ? -1 : 1) : left.sum > right.sum ? -1 : 1,
    );
  const byGroup = new Map(ordered.slice(0, top).map(([group, { cells }]) => [group, cells]));
  const others = ordered.slice(top).flatMap(([, { cells }]) => cells);
  if (others.length > 0) byGroup.set(otherGroup, others);
  return { byGroup, groups: ordered.length };
}
