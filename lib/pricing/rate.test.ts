import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeFraction } from "#lib/core/fraction";
import { billUsage } from "./bill.ts";
import { holdFor } from "./estimate.ts";
import { holdWithin, rateFor, tokenCost } from "./rate.ts";
import { type PriceComponents, tokenUnits } from "./units.ts";
import { noUsage, type Usage } from "./usage.ts";

const price = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 1n, max: 999n }))
  .map(([num, den]) => makeFraction(num, den));
const components = fc
  .record(Object.fromEntries([...tokenUnits, "call" as const].map((unit) => [unit, price])), {
    requiredKeys: [],
  })
  .map((made) => made as PriceComponents);
const tiers = fc
  .uniqueArray(fc.nat(2_000_000), { minLength: 1, maxLength: 3 })
  .chain((steps) =>
    fc.tuple(
      ...steps
        .sort((left, right) => left - right)
        .map((above) => fc.record({ above: fc.constant(above), factors: components })),
    ),
  );
const tiered = fc
  .tuple(components, fc.option(tiers, { nil: undefined }))
  .map(([base, steps]): PriceComponents => (steps === undefined ? base : { ...base, tiers: steps }));
const count = fc.nat(2_000_000);
const usage: fc.Arbitrary<Usage> = fc
  .record({
    promptTokens: count,
    completionTokens: fc.oneof(count, fc.constant(0)),
    cacheReadTokens: count,
    cacheWriteTokens5m: count,
    cacheWriteTokens1h: count,
    imageInputTokens: count,
    imageOutputTokens: count,
    audioInputTokens: count,
    audioOutputTokens: count,
    reasoningTokens: count,
    calls: fc.nat(1),
  })
  .map((made) => ({ ...noUsage, ...made }));

describe("the hot path's arithmetic", () => {
  it("bills what billUsage bills, to the nano-dollar, wherever it bills at all", () => {
    fc.assert(
      fc.property(usage, tiered, price, (used, prices, groupMultiplier) => {
        const bill = billUsage({ usage: used, components: prices, groupMultiplier });
        const cost = tokenCost(used, rateFor(prices, used.promptTokens), groupMultiplier);
        if (cost !== undefined) expect(bill).toMatchObject({ priced: true, costNanoUsd: cost });
        const hasOutputPrice = prices.output !== undefined || used.completionTokens === 0;
        if (prices.input !== undefined && hasOutputPrice) expect(cost).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });

  it("holds what holdFor holds", () => {
    fc.assert(
      fc.property(
        count,
        fc.oneof(count, fc.constant(0)),
        tiered,
        price,
        (promptTokens, outputTokens, prices, groupMultiplier) => {
          const hold = holdWithin({ promptTokens, outputTokens }, prices, groupMultiplier);
          const slow = holdFor({
            promptTokens,
            outputBoundTokens: outputTokens,
            components: prices,
            groupMultiplier,
          });
          if (hold !== undefined) expect(slow).toMatchObject({ priced: true, holdNanoUsd: hold });
          if (prices.input !== undefined && outputTokens === 0) expect(hold).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
