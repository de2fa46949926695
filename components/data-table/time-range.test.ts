import { describe, expect, it } from "vitest";
import { fromLocalInput, rangeEnds, toLocalInput } from "./time-range.ts";

const now = Date.UTC(2026, 10, 21, 12, 34, 56, 789);
const none = { range: null, from: null, to: null };

describe("a time range", () => {
  it("without anything in the URL means the last 24 hours, cut to the minute", () => {
    expect(rangeEnds(none, now)).toEqual({ from: "2026-11-20T12:34:00.000Z" });
  });

  it("of days is cut to the hour, so that a reload asks the same", () => {
    expect(rangeEnds({ ...none, range: "7d" }, now)).toEqual({ from: "2026-11-14T12:00:00.000Z" });
  });

  it("with fixed ends ignores the preset", () => {
    const fixed = { range: "1h" as const, from: "2026-11-01T00:00:00.000Z", to: null };
    expect(rangeEnds(fixed, now)).toEqual({ from: "2026-11-01T00:00:00.000Z" });
  });

  it("survives the way into a local input and back, to the minute", () => {
    expect(fromLocalInput(toLocalInput("2026-11-21T12:34:00.000Z"))).toBe("2026-11-21T12:34:00.000Z");
    expect(fromLocalInput("")).toBeNull();
    expect(toLocalInput("soon")).toBe("");
  });
});
