import { describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "#lib/core/time";
import { lineCells } from "./line-cells.ts";

const start = new Date(Date.UTC(2026, 10, 22, 10));
const startMs = start.getTime();
const counts = (step: number, rows: Parameters<typeof lineCells>[0]) =>
  lineCells(rows, { stepMs: step, isCost: false }).map(({ startMs: at, group, sum }) => [
    group,
    (at - startMs) / minuteMs,
    sum,
  ]);

describe("lines of a chart", () => {
  const all = { grp: null, span: "hour", start, at: "0,1,59", n: "9,5,1" } as const;
  const largest = { grp: "gpt", span: "hour", start, at: "0,59", n: "7,1" } as const;

  it("tell each minute of the largest, and of all others what is beyond them", () => {
    expect(counts(minuteMs, [all, largest])).toEqual([
      ["other", 0, 2],
      ["other", 1, 5],
      ["gpt", 0, 7],
      ["gpt", 59, 1],
    ]);
  });

  it("have no others where all groups are told apart", () => {
    expect(counts(hourMs, [largest])).toEqual([["gpt", 0, 8]]);
  });

  it("go together with the minutes that no hour sums yet", () => {
    const at = `${startMs / minuteMs + 61}`;
    const rows = [
      all,
      largest,
      { grp: "gpt", span: "minute", start: null, at, n: "4" } as const,
      { grp: null, span: "minute", start: null, at, n: "3" } as const,
    ];
    expect(counts(hourMs, rows)).toEqual([
      ["other", 0, 7],
      ["other", 60, 3],
      ["gpt", 0, 8],
      ["gpt", 60, 4],
    ]);
  });

  it("add up money to the last nano-dollar", () => {
    const n = "9007199254740993,1";
    const cells = lineCells([{ grp: "gpt", span: "day", start, at: "0,1", n }], {
      stepMs: 24 * hourMs,
      isCost: true,
    });
    expect(cells.map((cell) => cell.costNanoUsd)).toEqual([9_007_199_254_740_994n]);
  });
});
