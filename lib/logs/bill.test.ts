import { describe, expect, it } from "vitest";
import { one, parseFraction } from "#lib/core/fraction";
import { parseComponents } from "#lib/pricing/schema";
import type { PriceVersion } from "#lib/pricing/versions";
import { recomputeBill } from "./bill.ts";
import { emptyRow } from "./row.ts";

const first: PriceVersion = {
  id: "v1",
  number: 1,
  effectiveAt: 1000,
  entries: [
    { kind: "group", groupId: "default", multiplier: one },
    {
      kind: "model",
      modelId: "m",
      components: parseComponents({ input: "150", output: "600", cacheRead: "75" }),
    },
    { kind: "model", modelId: "thirds", components: parseComponents({ input: "25/3" }) },
    { kind: "model", modelId: "film", components: parseComponents({ videoSecond: "100000000" }) },
  ],
};
const dearer: PriceVersion = {
  id: "v2",
  number: 2,
  effectiveAt: 1000,
  entries: [
    { kind: "group", groupId: "default", multiplier: parseFraction("3/2") },
    { kind: "model", modelId: "m", components: parseComponents({ input: "1500", output: "6000" }) },
  ],
};
const row = {
  ...emptyRow,
  accountId: "a",
  groupId: "default",
  model: "m",
  priceVersionId: "v1",
  usageSource: "upstream" as const,
};

describe("a row's bill", () => {
  it("adds up term by term to what was charged", () => {
    const usage = { promptTokens: 1000, completionTokens: 500, cacheReadTokens: 200 };
    const bill = recomputeBill({ ...row, ...usage, costNanoUsd: 435_000n }, [first, dearer]);
    expect(bill).toMatchObject({
      priceVersionNumber: 1,
      terms: [
        { unit: "input", quantity: "800", price: "0.15", per: 1_000_000, amount: "0.00012" },
        { unit: "output", quantity: "500", price: "0.6", per: 1_000_000, amount: "0.0003" },
        { unit: "cacheRead", quantity: "200", price: "0.075", per: 1_000_000, amount: "0.000015" },
      ],
      subtotal: "0.000435",
      groupMultiplier: "1",
      exact: "0.000435",
      rounding: "0",
      cost: "0.000435",
      storedCost: "0.000435",
      equal: true,
    });
  });

  it("uses the version that the row names, whatever came after it at the same moment", () => {
    const usage = { promptTokens: 10, costNanoUsd: 22_500n };
    expect(recomputeBill({ ...row, ...usage, priceVersionId: "v2" }, [dearer, first])?.equal).toBe(true);
    expect(recomputeBill({ ...row, ...usage, priceVersionId: "v1" }, [dearer, first])?.equal).toBe(false);
  });

  it("shows fractions as they are, and the one rounding", () => {
    const bill = recomputeBill({ ...row, model: "thirds", promptTokens: 1, costNanoUsd: 8n }, [first]);
    expect(bill).toMatchObject({
      terms: [{ price: "1/120", amount: "1/120000000" }],
      exact: "1/120000000",
      cost: "0.000000008",
      rounding: "-1/3000000000",
      equal: true,
    });
  });

  it("reads a row's seconds as video where the model sells video", () => {
    const bill = recomputeBill({ ...row, model: "film", seconds: 5, costNanoUsd: 500_000_000n }, [first]);
    expect(bill).toMatchObject({
      terms: [{ unit: "videoSecond", quantity: "5", price: "0.1", per: 1 }],
      equal: true,
    });
  });

  it("has no terms for a call that used nothing, and is none where nothing was priced", () => {
    expect(recomputeBill({ ...row, usageSource: "none" }, [first])).toMatchObject({
      terms: [],
      cost: "0",
      equal: true,
    });
    expect(recomputeBill({ ...row, priceVersionId: null }, [first])).toBeNull();
    expect(recomputeBill({ ...row, model: "unknown" }, [first])).toBeNull();
  });
});
