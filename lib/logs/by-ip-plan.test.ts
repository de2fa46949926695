import { describe, expect, it } from "vitest";
import { planIpRange } from "./by-ip-plan.ts";

const now = Date.parse("2026-11-22T10:30:00Z");
const iso = (ms: number) => new Date(ms).toISOString();

describe("the range of a by-IP report", () => {
  it("is exact up to a day of one thing, and up to an hour of everything", () => {
    const from = "2026-11-21T10:30:00Z";
    for (const one of [{ keyId: "k" }, { accountId: "a" }, { ip: "203.0.113.7" }, { cidr: "203.0.113.0/24" }])
      expect(planIpRange({ from, ...one }, now)).toEqual({
        fromMs: now - 86_400_000,
        toMs: now,
        precision: "call",
      });
    expect(planIpRange({ from }, now).precision).toBe("day");
    expect(planIpRange({ from: "2026-11-22T09:30:00Z" }, now).precision).toBe("call");
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
