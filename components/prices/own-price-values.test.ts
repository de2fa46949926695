import { describe, expect, it } from "vitest";
import { displayPrices } from "#lib/pricing/display";
import type { OwnPrice } from "#lib/pricing/own-prices-schema";
import { baseOf, textsOf, typed } from "./own-price-values.ts";

const own: OwnPrice = {
  ...{ model: "gpt-4o", vendor: "openai", price: { input: "2", output: "8" }, multipliers: null },
  ...{ tiers: [], hours: [], images: [], list: null, official: {}, ofOfficial: null, outside: false },
  ...{ reason: null, effectiveAt: null, priceVersionId: "1", upcoming: [] },
};
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe("the form of an own price", () => {
  it("starts from what was published a moment ago, not from what is scheduled for later", () => {
    const next = { priceVersionId: "2", price: { input: "3", output: "12" } };
    const at = (seconds: number) =>
      displayPrices(baseOf({ ...own, upcoming: [{ ...next, effectiveAt: inSeconds(seconds) }] }, undefined));
    expect(at(2)).toEqual(next.price);
    expect(at(3600)).toEqual(own.price);
  });

  it("comes to the same prices when all its cells are typed again", () => {
    const base = baseOf({ ...own, price: { input: "25/3", output: "7", image: "0.02" } }, undefined);
    expect(typed({}, textsOf(base))).toEqual({ components: base, unreadable: [] });
  });
});
