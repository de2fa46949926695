import { describe, expect, it } from "vitest";
import { bucketOf, emptyHistogram } from "#lib/logs/histogram";
import { stepStarts, toLatencySeries, toSeries } from "./series.ts";

const minute = 60_000;
const at = (minutes: number) => Date.UTC(2026, 10, 21, 8, minutes);
const range = { fromMs: at(0), toMs: at(4), stepMs: minute };
const cell = (minutes: number, group: string, sum: number, costNanoUsd = 0n) => ({
  startMs: at(minutes),
  group,
  sum,
  costNanoUsd,
});
const same = (group: string) => group;

describe("a chart's steps", () => {
  it("are counted from the epoch and cover the whole range", () => {
    expect(stepStarts({ fromMs: at(7), toMs: at(21), stepMs: 10 * minute })).toEqual([at(0), at(10), at(20)]);
    expect(stepStarts({ fromMs: at(0), toMs: at(10), stepMs: 10 * minute })).toEqual([at(0)]);
    expect(stepStarts({ fromMs: at(10), toMs: at(0), stepMs: minute })).toEqual([]);
  });
});

describe("a chart's series", () => {
  it("have no holes: a step without calls is 0", () => {
    const [series] = toSeries("rpm", [cell(1, "all", 3)], range, same);
    expect(series?.points.map((point) => point.value)).toEqual([0, 3, 0, 0]);
    expect(series?.points[1]?.t).toBe("2026-11-21T08:01:00.000Z");
  });

  it("are per minute, averaged over the whole step", () => {
    const [series] = toSeries(
      "tpm",
      [cell(0, "all", 700)],
      { ...range, toMs: at(10), stepMs: 5 * minute },
      same,
    );
    expect(series?.points.map((point) => point.value)).toEqual([140, 0]);
  });

  it("keep money exact and per step", () => {
    const [series] = toSeries("cost", [cell(2, "all", 0, 1_500_000_001n)], range, same);
    expect(series?.points.map((point) => point.value)).toEqual(["0", "0", "1.500000001", "0"]);
  });

  it("tell their sum over the range and their highest point", () => {
    const cells = [cell(0, "all", 700), cell(3, "all", 50)];
    const [series] = toSeries("tpm", cells, range, same);
    expect(series).toMatchObject({ total: 750, peak: { t: "2026-11-21T08:00:00.000Z", value: 700 } });
    const [costs] = toSeries("cost", [cell(0, "all", 0, 5n), cell(1, "all", 0, 7n)], range, same);
    expect(costs).toMatchObject({ total: "0.000000012", peak: { value: "0.000000007" } });
  });

  it("come largest first, `other` last however large", () => {
    const cells = [cell(0, "other", 99), cell(0, "small", 1), cell(0, "large", 5), cell(3, "small", 1)];
    expect(toSeries("rpm", cells, range, same).map((series) => series.group)).toEqual([
      "large",
      "small",
      "other",
    ]);
  });
});

describe("latency", () => {
  const histogram = (counts: Record<number, number>) => {
    const made = emptyHistogram();
    for (const [ms, count] of Object.entries(counts)) made[bucketOf(Number(ms))] = count;
    return made;
  };
  const cells = [
    { startMs: at(1), group: "total", histogram: histogram({ 100: 90, 2000: 10 }) },
    { startMs: at(2), group: "total", histogram: histogram({ 2000: 900 }) },
  ];

  it("is p50, p95 and p99 of the step's calls, and nothing where there were none", () => {
    const series = toLatencySeries(cells.slice(0, 1), range, { percentile: "p95" }, same);
    expect(series.map((one) => one.group)).toEqual(["p50", "p95", "p99"]);
    expect(series.map((one) => one.points.length)).toEqual([1, 1, 1]);
    const [p50, p95] = series.map((one) => Number(one.points[0]?.value));
    expect(bucketOf(p50 ?? 0)).toBe(bucketOf(100));
    expect(bucketOf(p95 ?? 0)).toBe(bucketOf(2000));
  });

  it("of a whole range is that of all its calls, not the mean of its steps", () => {
    const [p50] = toLatencySeries(cells, range, { percentile: "p95" }, same);
    expect(bucketOf(Number(p50?.total))).toBe(bucketOf(2000));
  });

  it("of several groups is one percentile each, the group with most calls first", () => {
    const fast = { startMs: at(1), group: "fast", histogram: histogram({ 10: 1_000 }) };
    const series = toLatencySeries([...cells, fast], range, { groupBy: "model", percentile: "p50" }, same);
    expect(series.map((one) => one.group)).toEqual(["total", "fast"]);
    expect(bucketOf(Number(series[1]?.total))).toBe(bucketOf(10));
  });
});
