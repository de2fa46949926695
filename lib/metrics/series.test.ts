import { describe, expect, it } from "vitest";
import { bucketOf } from "#lib/logs/histogram";
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
  it("is p50, p95 and p99 of the step's calls, and nothing where there were none", () => {
    const cells = [
      { startMs: at(1), bucket: bucketOf(100), count: 90 },
      { startMs: at(1), bucket: bucketOf(2000), count: 10 },
    ];
    const series = toLatencySeries(cells, range);
    expect(series.map((one) => one.group)).toEqual(["p50", "p95", "p99"]);
    expect(series.map((one) => one.points.length)).toEqual([1, 1, 1]);
    const [p50, p95] = series.map((one) => Number(one.points[0]?.value));
    expect(bucketOf(p50 ?? 0)).toBe(bucketOf(100));
    expect(bucketOf(p95 ?? 0)).toBe(bucketOf(2000));
  });
});
