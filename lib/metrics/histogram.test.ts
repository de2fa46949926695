import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "#lib/core/time";
import { asChart, planHistogram, toBars } from "./histogram.ts";

const nowMs = Date.UTC(2026, 10, 22, 10, 0);
const ago = (ms: number) => new Date(nowMs - ms).toISOString();
const base = { bars: 60 };

describe("the bars over a list of calls", () => {
  it("are as fine as fits: minutes of an hour, hours of two days, days of months", () => {
    const stepOf = (ms: number) => planHistogram({ from: ago(ms), to: undefined, bars: 60 }, nowMs).stepMs;
    expect([hourMs, 2 * dayMs, 30 * dayMs, 3_000 * dayMs].map(stepOf)).toEqual([
      minuteMs,
      hourMs,
      dayMs,
      51 * dayMs,
    ]);
  });

  it("are of the last hour unless asked otherwise, and never of a range that ends before it starts", () => {
    expect(planHistogram({ from: undefined, to: undefined, bars: 60 }, nowMs)).toMatchObject({
      fromMs: nowMs - hourMs,
      toMs: nowMs,
    });
    expect(() => planHistogram({ from: ago(-hourMs), to: undefined, bars: 60 }, nowMs)).toThrow("`to`");
  });

  it("come from rollups where those know every filter, else from rows", () => {
    const plan = planHistogram({ from: ago(hourMs), to: undefined, bars: 60 }, nowMs);
    const known = (filter: object) => asChart({ ...base, ...filter }, plan) !== undefined;
    const id = "019aa8e3-0000-7000-8000-000000000000";
    for (const filter of [
      {},
      { model: "m" },
      { keyId: id, status: "failed" },
      { channelId: id, status: "5xx" },
    ])
      expect([filter, known(filter)]).toEqual([filter, true]);
    for (const filter of [{ ip: "203.0.113.7" }, { status: 429 }, { minCost: "1" }, { stream: true }])
      expect([filter, known(filter)]).toEqual([filter, false]);
    expect(known({ keyId: id, channelId: id })).toBe(false);
  });

  it("have no holes, and tell what was refused from what failed", () => {
    const plan = { fromMs: nowMs - 3 * minuteMs, toMs: nowMs, stepMs: minuteMs };
    const at = nowMs - 2 * minuteMs;
    const cells = [2, 4, 5].map((statusClass) => ({ startMs: at, class: statusClass, calls: statusClass }));
    expect(toBars(cells, plan).map(({ t: _, ...counts }) => counts)).toEqual([
      { succeeded: 0, refused: 0, failed: 0 },
      { succeeded: 2, refused: 4, failed: 5 },
      { succeeded: 0, refused: 0, failed: 0 },
    ]);
  });
});
