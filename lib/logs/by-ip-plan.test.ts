import { describe, expect, it } from "vitest";
import { planIpRange } from "./by-ip-plan.ts";

const now = Date.parse("2026-11-22T10:30:00Z");
const iso = (ms: number) => new Date(ms).toISOString();

describe("the range of a by-IP report", () => {
  it("is exact up to a day", () => {
    const range = planIpRange({ from: "2026-11-21T10:30:00Z" }, now);
    expect(range).toEqual({ fromMs: now - 86_400_000, toMs: now, precision: "call" });
  });

  it("is widened to whole UTC days beyond, and is 30 days unless asked otherwise", () => {
    const range = planIpRange({}, now);
    expect(range.precision).toBe("day");
    expect([iso(range.fromMs), iso(range.toMs)]).toEqual([
      "2026-10-23T00:00:00.000Z",
      "2026-11-23T00:00:00.000Z",
    ]);
  });

  it("is not widened past a midnight that it ends at", () => {
    const range = planIpRange({ from: "2026-11-01T00:00:00Z", to: "2026-11-22T00:00:00Z" }, now);
    expect([iso(range.fromMs), iso(range.toMs)]).toEqual([
      "2026-11-01T00:00:00.000Z",
      "2026-11-22T00:00:00.000Z",
    ]);
  });

  it("cannot end before it starts", () => {
    expect(() => planIpRange({ from: "2026-11-23T00:00:00Z", to: "2026-11-22T00:00:00Z" }, now)).toThrow(
      "`from`",
    );
  });
});
