import { describe, expect, it } from "vitest";
import { Histogram } from "./histogram.ts";

describe("Histogram", () => {
  it("tells percentiles within 1 %, from a microsecond to minutes", () => {
    const histogram = new Histogram();
    for (let us = 1; us <= 100_000; us += 1) histogram.record(us);
    expect(histogram.total).toBe(100_000);
    for (const share of [0.01, 0.5, 0.99, 1]) {
      const truth = (share * 100_000) / 1000;
      expect(Math.abs(histogram.percentileMs(share) / truth - 1)).toBeLessThan(0.011);
    }
    histogram.record(600e6);
    expect(histogram.percentileMs(1)).toBeGreaterThan(590_000);
  });

  it("says 0 of nothing", () => {
    expect(new Histogram().percentileMs(0.5)).toBe(0);
  });
});
