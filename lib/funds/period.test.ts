import { describe, expect, it } from "vitest";
import { type BudgetPeriod, periodStart } from "./period.ts";

const start = (now: string, period: BudgetPeriod, zone: string) =>
  new Date(periodStart(Date.parse(now), period, zone)).toISOString();

describe("the first instant of a budget period", () => {
  it.each([
    ["2026-11-21T12:00:00Z", "day", "UTC", "2026-11-21T00:00:00.000Z"],
    ["2026-11-21T12:00:00Z", "week", "UTC", "2026-11-16T00:00:00.000Z"],
    ["2026-11-22T23:59:59Z", "week", "UTC", "2026-11-16T00:00:00.000Z"],
    ["2026-11-23T00:00:00Z", "week", "UTC", "2026-11-23T00:00:00.000Z"],
    ["2026-11-21T12:00:00Z", "month", "UTC", "2026-11-01T00:00:00.000Z"],
    ["2026-11-21T12:00:00Z", "total", "UTC", "1970-01-01T00:00:00.000Z"],
    ["2026-11-20T16:30:00Z", "day", "Asia/Shanghai", "2026-11-20T16:00:00.000Z"],
    ["2026-11-30T16:30:00Z", "month", "Asia/Shanghai", "2026-11-30T16:00:00.000Z"],
    ["2026-11-21T04:00:00Z", "day", "America/New_York", "2026-11-20T05:00:00.000Z"],
  ] as const)("at %s a %s in %s began at %s", (now, period, zone, expected) => {
    expect(start(now, period, zone)).toBe(expected);
  });

  it("keeps to midnight on the days when the clocks change", () => {
    expect(start("2026-03-08T20:00:00Z", "day", "America/New_York")).toBe("2026-03-08T05:00:00.000Z");
    expect(start("2026-03-09T12:00:00Z", "day", "America/New_York")).toBe("2026-03-09T04:00:00.000Z");
    expect(start("2026-11-01T12:00:00Z", "day", "America/New_York")).toBe("2026-11-01T04:00:00.000Z");
    expect(start("2026-11-02T12:00:00Z", "day", "America/New_York")).toBe("2026-11-02T05:00:00.000Z");
    expect(start("2026-11-20T12:00:00Z", "month", "America/New_York")).toBe("2026-11-01T04:00:00.000Z");
  });

  it("begins at the first instant that exists where midnight is skipped", () => {
    // Beirut goes from 24:00 straight to 01:00 on 29 March 2026.
    expect(start("2026-03-29T12:00:00Z", "day", "Asia/Beirut")).toBe("2026-03-28T22:00:00.000Z");
  });

  it("takes the first of two midnights where the clocks go back over it", () => {
    // Havana falls back from 01:00 to 00:00 on 1 November 2026.
    expect(start("2026-11-01T12:00:00Z", "day", "America/Havana")).toBe("2026-11-01T04:00:00.000Z");
  });
});
