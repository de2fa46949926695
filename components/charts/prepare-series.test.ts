import { describe, expect, it } from "vitest";
import { prepareSeries } from "./prepare-series.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
const time = (minute: number) => Date.UTC(2026, 10, 21, 12, minute);
const options = { stepMs: 60_000, nowMs: time(2) + 30_000 };

describe("a prepared chart", () => {
  it("orders rows by time and leaves a gap where a series has no point", () => {
    const { rows } = prepareSeries(
      [
        {
          group: "a",
          name: "A",
          points: [
            { t: at(1), value: 5 },
            { t: at(0), value: 3 },
          ],
        },
        { group: "b", name: "B", points: [{ t: at(1), value: "0.5" }] },
      ],
      options,
    );
    expect(rows.map((row) => [row.t, row.firm0, row.firm1])).toEqual([
      [time(0), 3, null],
      [time(1), 5, 0.5],
    ]);
  });

  it("sets the running step apart, joined to the last whole one", () => {
    const points = [0, 1, 2].map((minute) => ({ t: at(minute), value: minute + 1 }));
    const { rows } = prepareSeries([{ group: "a", name: "A", points }], options);
    expect(rows.map((row) => row.firm0)).toEqual([1, 2, null]);
    expect(rows.map((row) => row.open0)).toEqual([null, 2, 3]);
  });

  it("lays a shifted series over the other one's times", () => {
    const week = 7 * 86_400_000;
    const before = new Date(time(0) - week).toISOString();
    const { rows } = prepareSeries(
      [
        { group: "now", name: "Now", points: [{ t: at(0), value: 2 }] },
        { group: "before", name: "Before", points: [{ t: before, value: 1 }] },
      ],
      { ...options, shiftsMs: [0, week] },
    );
    expect(rows).toMatchObject([{ t: time(0), firm0: 2, firm1: 1 }]);
  });

  it("gives a group the same hue whatever stands beside it, two groups never one hue, and `other` none", () => {
    const series = (...groups: string[]) =>
      prepareSeries(
        groups.map((group) => ({ group, name: group, points: [] })),
        options,
      ).series;
    expect(series("gpt-4o", "x")[0]?.hue).toBe(series("gpt-4o")[0]?.hue);
    const hues = series("a", "b", "c", "d", "e", "f", "g", "h").map(({ hue }) => hue);
    expect(new Set(hues).size).toBe(8);
    expect(series("other")[0]?.hue).toBeNull();
  });

  it("gives the same groups the same hues in any order, and statuses and percentiles their own", () => {
    const hues = (...groups: string[]) =>
      Object.fromEntries(
        prepareSeries(
          groups.map((group) => ({ group, name: group, points: [] })),
          options,
        ).series.map(({ group, hue }) => [group, hue]),
      );
    expect(hues("h", "c", "a", "b", "d")).toEqual(hues("a", "b", "c", "d", "h"));
    expect(hues("5xx", "2xx", "4xx")).toEqual({ "2xx": 0, "4xx": 1, "5xx": 7 });
  });

  it("draws a gap where no series has a point at all", () => {
    const points = [
      { t: at(0), value: 1 },
      { t: at(3), value: 2 },
    ];
    const { rows } = prepareSeries([{ group: "p50", name: "p50", points }], {
      ...options,
      nowMs: time(9),
      whole: { fromMs: time(0), toMs: time(4) },
    });
    expect(rows.map((row) => row.firm0)).toEqual([1, null, null, 2]);
  });

  it("knows when there is nothing to draw", () => {
    expect(
      prepareSeries([{ group: "a", name: "A", points: [{ t: at(0), value: 0 }] }], options).isEmpty,
    ).toBe(true);
  });
});
