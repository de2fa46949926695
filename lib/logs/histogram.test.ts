import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKET_EDGES_MS, bucketOf, emptyHistogram, percentile } from "./histogram.ts";

const histogramOf = (values: number[]) => {
  const histogram = emptyHistogram();
  for (const ms of values) histogram[bucketOf(ms)] = (histogram[bucketOf(ms)] ?? 0) + 1;
  return histogram;
};

describe("latency histograms", () => {
  it("put each value into the one bucket whose edges hold it", () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), (ms) => {
        const index = bucketOf(ms);
        if (index > 0) expect(ms).toBeGreaterThan(BUCKET_EDGES_MS[index - 1] ?? 0);
        if (index < BUCKET_EDGES_MS.length) expect(ms).toBeLessThanOrEqual(BUCKET_EDGES_MS[index] ?? 0);
      }),
    );
  });

  it("give percentiles within one bucket of the true ones", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 3, max: 300_000 }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const sorted = [...values].sort((a, b) => a - b);
          for (const share of [0.5, 0.95, 0.99]) {
            const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
            const estimate = percentile(histogramOf(values), share) ?? 0;
            expect(estimate).toBeGreaterThanOrEqual(exact / 1.51);
            expect(estimate).toBeLessThanOrEqual(exact * 1.51);
          }
        },
      ),
    );
  });

  it("say nothing when nothing was observed", () => {
    expect(percentile(emptyHistogram(), 0.5)).toBeUndefined();
  });
});
