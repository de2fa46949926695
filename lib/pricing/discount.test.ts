import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeFraction, multiplyFractions, parseFraction } from "#lib/core/fraction";
import { recomputeBill } from "#lib/logs/bill";
import { emptyRow } from "#lib/logs/row";
import { billUsage } from "./bill.ts";
import { rateFor, tokenCost } from "./rate.ts";
import { noUsage } from "./usage.ts";
import { makePriceTable, type PriceVersion } from "./versions.ts";

const components = { input: parseFraction("150"), output: parseFraction("600") };
const model = { kind: "model", modelId: "gpt-4o", components } as const;
const group = { kind: "group", groupId: "default", multiplier: parseFraction("9/10") } as const;
const discount = (multiplier: string) =>
  ({ kind: "discount", accountId: "acme", multiplier: parseFraction(multiplier) }) as const;
const versions: PriceVersion[] = [
  { id: "v1", number: 1, effectiveAt: 1_000, entries: [model, group] },
  { id: "v2", number: 2, effectiveAt: 2_000, entries: [discount("19/20")] },
  { id: "v3", number: 3, effectiveAt: 3_000, entries: [discount("1")] },
];
const table = makePriceTable(versions);

describe("an account's discount", () => {
  it("holds from its version on and until another takes it away, for that account alone", () => {
    const multiplierAt = (atMs: number, account = "acme") =>
      table.resolve("gpt-4o", "default", account, atMs)?.multiplier;
    expect(multiplierAt(1_999)).toEqual(parseFraction("9/10"));
    expect(multiplierAt(2_000)).toEqual(parseFraction("171/200"));
    expect(multiplierAt(2_000, "other")).toEqual(parseFraction("9/10"));
    expect(multiplierAt(3_000)).toEqual(parseFraction("9/10"));
  });

  it("is a term of the recomputed bill that adds up: 285,000 × 0.9 × 0.95 = 243,675 nano-USD", () => {
    const row = {
      ...{
        ...emptyRow,
        requestId: "r",
        createdAtMs: 2_500,
        accountId: "acme",
        groupId: "default",
        model: "gpt-4o",
      },
      ...{ promptTokens: 700, completionTokens: 300, usageSource: "upstream" as const, priceVersionId: "v2" },
      costNanoUsd: 243_675n,
    };
    expect(recomputeBill(row, versions)).toMatchObject({
      ...{ subtotal: "0.000285", groupMultiplier: "0.9", discountMultiplier: "0.95" },
      ...{ discount: "0.000012825", exact: "0.000243675", cost: "0.000243675", equal: true },
    });
    expect(recomputeBill({ ...row, priceVersionId: "v1" }, versions)).toMatchObject({
      ...{ discountMultiplier: null, discount: null, equal: false },
    });
  });

  it("is billed on the hot path to the same nano-dollar, whatever the percentage", () => {
    const percent = fc.record({ num: fc.bigInt(1n, 999n), den: fc.bigInt(1n, 97n) });
    const tokens = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(percent, tokens, tokens, ({ num, den }, promptTokens, completionTokens) => {
        const paid = makeFraction(num, 1_000n * den);
        const both = multiplyFractions(group.multiplier, paid);
        const entry = { kind: "discount", accountId: "acme", multiplier: paid } as const;
        const priced = makePriceTable([
          { id: "v", number: 1, effectiveAt: 0, entries: [model, group, entry] },
        ]);
        const multiplier = priced.resolve("gpt-4o", "default", "acme", 1)?.multiplier ?? both;
        const usage = { ...noUsage, promptTokens, completionTokens, calls: 1 };
        const bill = billUsage({ usage, components, groupMultiplier: both });
        expect(tokenCost(usage, rateFor(components, promptTokens), multiplier)).toBe(
          bill.priced ? bill.costNanoUsd : undefined,
        );
      }),
    );
  });
});
