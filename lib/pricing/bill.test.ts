import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareFractions,
  fractionFromInteger,
  makeFraction,
  multiplyFractions,
  one,
  parseFraction,
  subtractFractions,
} from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import { billUsage } from "./bill.ts";
import { holdFor } from "./estimate.ts";
import { pricesAtHour } from "./hours.ts";
import { pricesOfImage } from "./image-prices.ts";
import { rateFor, tokenCost } from "./rate.ts";
import { parseComponents } from "./schema.ts";
import { noUsage, type Usage } from "./usage.ts";

describe("the worked examples of docs/pricing.md", () => {
  it.each([
    {
      name: "A: a chat call with cached prompt tokens at group 1",
      components: { input: "150", output: "600", cacheRead: "75" },
      group: "1",
      usage: { promptTokens: 1200, cacheReadTokens: 1000, completionTokens: 300 },
      subtotal: "285000",
      usd: "0.000285",
    },
    {
      name: "F: a prompt that a tier holds for, all of its tokens at the tier's price",
      components: {
        input: "2000",
        output: "8000",
        tiers: [{ above: 200_000, factors: { input: "2", output: "3/2" } }],
      },
      group: "1",
      usage: { promptTokens: 200_001, completionTokens: 1_000 },
      subtotal: "812004000",
      usd: "0.812004",
    },
    {
      name: "G: a call in hours with prices of their own, UTC",
      components: {
        input: "220",
        output: "660",
        cacheRead: "7",
        hours: [{ from: "01:00", to: "04:00", factors: { input: "2", output: "2", cacheRead: "2" } }],
      },
      group: "1",
      at: "2026-11-21T03:59:59.999Z",
      usage: { promptTokens: 1_000, cacheReadTokens: 400, completionTokens: 200 },
      subtotal: "533600",
      usd: "0.0005336",
    },
    {
      name: "G: the same a millisecond later",
      components: {
        input: "220",
        output: "660",
        cacheRead: "7",
        hours: [{ from: "01:00", to: "04:00", factors: { input: "2", output: "2", cacheRead: "2" } }],
      },
      group: "1",
      at: "2026-11-21T04:00:00.000Z",
      usage: { promptTokens: 1_000, cacheReadTokens: 400, completionTokens: 200 },
      subtotal: "266800",
      usd: "0.0002668",
    },
    {
      name: "H: images at the price of their size and quality",
      components: {
        image: "40000000",
        images: [
          { size: "1024x1024", quality: "standard", factor: "1" },
          { size: "1024x1792", quality: "hd", factor: "3" },
        ],
      },
      group: "0.9",
      image: { size: "1024x1792", quality: "hd" },
      usage: { images: 2 },
      subtotal: "240000000",
      usd: "0.216",
    },
    {
      name: "I: seconds of video",
      components: { videoSecond: "100000000" },
      group: "1",
      usage: { videoSeconds: 8 },
      subtotal: "800000000",
      usd: "0.8",
    },
    {
      name: "J: characters of speech",
      components: { character: "15000" },
      group: "1",
      usage: { characters: 1_234 },
      subtotal: "18510000",
      usd: "0.01851",
    },
    {
      name: "B: a completion multiplier of 25/3 and a group multiplier of 0.9",
      components: { input: "300", output: "2500" },
      group: "0.9",
      usage: { promptTokens: 7, completionTokens: 3 },
      subtotal: "9600",
      usd: "0.00000864",
    },
    {
      name: "C: a price without a finite decimal, rounded once, half up",
      components: { audioSecond: "92500/3" },
      group: "1",
      usage: { audioSeconds: 61 },
      subtotal: "5642500/3",
      usd: "0.001880833",
    },
    {
      name: "D: a cache write, a cache read and reasoning",
      components: {
        input: "3000",
        output: "15000",
        cacheRead: "300",
        cacheWrite5m: "3750",
        cacheWrite1h: "6000",
      },
      group: "0.8",
      usage: {
        promptTokens: 10_000,
        cacheReadTokens: 6000,
        cacheWriteTokens5m: 3000,
        completionTokens: 500,
        reasoningTokens: 200,
      },
      subtotal: "23550000",
      usd: "0.01884",
    },
    {
      name: "E: two images at a fixed price",
      components: { image: "40000000" },
      group: "1",
      usage: { images: 2, calls: 1 },
      subtotal: "80000000",
      usd: "0.08",
    },
  ])("$name", ({ components, group, usage, subtotal, usd, at, image }) => {
    const prices = pricesOfImage(
      pricesAtHour(parseComponents(components), Date.parse(at ?? "2026-11-21T12:00:00Z")),
      image ?? { size: null, quality: null },
    );
    if (prices === undefined) throw new Error("there is no price for such images");
    const used = { ...noUsage, ...usage };
    const groupMultiplier = parseFraction(group);
    const bill = billUsage({ usage: used, components: prices, groupMultiplier });
    if (!bill.priced) throw new Error(`unpriced: ${bill.missingUnits.join()}`);
    expect(bill.subtotal).toEqual(parseFraction(subtotal));
    expect(formatUsd(bill.costNanoUsd)).toBe(usd);
    const fast = tokenCost(used, rateFor(prices, used.promptTokens), groupMultiplier);
    expect([undefined, bill.costNanoUsd]).toContain(fast);
  });
});

describe("a bill", () => {
  it("lists its terms: quantity times price is the amount", () => {
    const bill = billUsage({
      usage: { ...noUsage, promptTokens: 10, cacheReadTokens: 4, completionTokens: 2, calls: 1 },
      components: parseComponents({ input: "100", output: "25/3", cacheRead: "10", call: "7" }),
      groupMultiplier: one,
    });
    expect(bill).toMatchObject({
      terms: [
        { unit: "input", quantity: 6, amount: parseFraction("600") },
        { unit: "output", quantity: 2, priceNanoUsd: parseFraction("25/3"), amount: parseFraction("50/3") },
        { unit: "cacheRead", quantity: 4, amount: parseFraction("40") },
        { unit: "call", quantity: 1, amount: parseFraction("7") },
      ],
      costNanoUsd: 664n,
    });
  });

  it("is refused, never free, where a price is missing", () => {
    const refused = billUsage({
      usage: { ...noUsage, promptTokens: 1, completionTokens: 1 },
      components: parseComponents({ input: "20" }),
      groupMultiplier: one,
    });
    expect(refused).toEqual({ priced: false, missingUnits: ["output"] });
    expect(holdFor({ promptTokens: 1, outputBoundTokens: 1, components: {}, groupMultiplier: one })).toEqual({
      priced: false,
      missingUnits: ["input", "output", "call"],
    });
  });

  it("rounds a half nano-USD up, once for the whole call", () => {
    const usage = { ...noUsage, promptTokens: 1, completionTokens: 1 };
    const components = parseComponents({ input: "1/4", output: "1/4" });
    expect(billUsage({ usage, components, groupMultiplier: one })).toMatchObject({ costNanoUsd: 1n });
  });
});

const prices = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.bigInt({ min: 1n, max: 1000n }))
  .map(([num, den]) => makeFraction(num, den));
const components = fc.record(
  {
    input: prices,
    output: prices,
    cacheRead: prices,
    cacheWrite1h: prices,
    audioOutput: prices,
    image: prices,
  },
  { requiredKeys: ["input", "output"] },
);
const quantity = fc.nat({ max: 1_000_000 });
const usages = fc.tuple(quantity, quantity, quantity, quantity, quantity, fc.nat({ max: 20 })).map(
  ([text, cacheReadTokens, cacheWriteTokens1h, output, audioOutputTokens, images]): Usage => ({
    ...noUsage,
    ...{ cacheReadTokens, cacheWriteTokens1h, audioOutputTokens, images, calls: 1 },
    promptTokens: text + cacheReadTokens + cacheWriteTokens1h,
    completionTokens: output + audioOutputTokens,
  }),
);
const groups = fc
  .tuple(fc.bigInt({ min: 0n, max: 300n }), fc.constantFrom(100n, 3n))
  .map(([num, den]) => makeFraction(num, den));

describe("every bill", () => {
  it("is off the exact product by at most half a nano-USD", () => {
    fc.assert(
      fc.property(usages, components, groups, (usage, prices, groupMultiplier) => {
        const bill = bought(usage, prices, groupMultiplier);
        const exact = multiplyFractions(bill.subtotal, groupMultiplier);
        const error = subtractFractions(fractionFromInteger(bill.costNanoUsd), exact);
        expect(compareFractions(error, makeFraction(1n, 2n))).toBeLessThanOrEqual(0);
        expect(compareFractions(error, makeFraction(-1n, 2n))).toBe(1);
      }),
    );
  });

  it("never falls when more is used", () => {
    fc.assert(
      fc.property(usages, usages, components, groups, (first, second, prices, groupMultiplier) => {
        const alone = bought(first, prices, groupMultiplier).costNanoUsd;
        expect(bought(add(first, second), prices, groupMultiplier).costNanoUsd).toBeGreaterThanOrEqual(alone);
      }),
    );
  });

  it("adds up over calls to within one nano-USD", () => {
    fc.assert(
      fc.property(usages, usages, components, groups, (first, second, prices, groupMultiplier) => {
        const apart =
          bought(first, prices, groupMultiplier).costNanoUsd +
          bought(second, prices, groupMultiplier).costNanoUsd;
        const together = bought(add(first, second), prices, groupMultiplier).costNanoUsd;
        expect(apart - together).toBeGreaterThanOrEqual(-1n);
        expect(apart - together).toBeLessThanOrEqual(1n);
      }),
    );
  });

  it("stays within the hold for its bounds", () => {
    fc.assert(
      fc.property(usages, components, groups, (usage, prices, groupMultiplier) => {
        const hold = holdFor({
          ...{
            promptTokens: usage.promptTokens,
            outputBoundTokens: usage.completionTokens,
            images: usage.images,
          },
          ...{ components: prices, groupMultiplier },
        });
        if (!hold.priced) throw new Error("unpriced");
        expect(bought(usage, prices, groupMultiplier).costNanoUsd).toBeLessThanOrEqual(hold.holdNanoUsd);
      }),
    );
  });
});

describe("a hold", () => {
  it("takes the dearest input and output price, the price per call, and rounds up", () => {
    const hold = holdFor({
      promptTokens: 10,
      outputBoundTokens: 2,
      components: parseComponents({
        input: "100",
        cacheWrite1h: "200",
        output: "5",
        reasoning: "1/3",
        call: "1/4",
      }),
      groupMultiplier: one,
    });
    expect(hold).toEqual({ priced: true, holdNanoUsd: 2011n });
  });

  it("counts the pieces that the call asks for", () => {
    const components = parseComponents({ image: "40", videoSecond: "5", audioSecond: "3", character: "2" });
    const pieces = { images: 2, videoSeconds: 4, audioSeconds: 10, characters: 7 };
    const hold = holdFor({
      promptTokens: 9,
      outputBoundTokens: 0,
      ...pieces,
      components,
      groupMultiplier: one,
    });
    expect(hold).toEqual({ priced: true, holdNanoUsd: 144n });
  });
});

function bought(usage: Usage, prices: Parameters<typeof billUsage>[0]["components"], group: typeof one) {
  const bill = billUsage({ usage, components: prices, groupMultiplier: group });
  if (!bill.priced) throw new Error(`unpriced: ${bill.missingUnits.join()}`);
  return bill;
}

function add(first: Usage, second: Usage): Usage {
  const sum = { ...first };
  for (const name of Object.keys(noUsage) as (keyof Usage)[])
    Object.assign(sum, { [name]: first[name] + second[name] });
  return sum;
}
