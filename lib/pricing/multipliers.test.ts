import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeFraction, parseFraction } from "#lib/core/fraction";
import { displayMultiplier, fromMultipliers, toMultipliers } from "./multipliers.ts";
import { parseComponents } from "./schema.ts";
import { priceUnits } from "./units.ts";

const fractions = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
  .map(([num, den]) => makeFraction(num, den));
const anyComponents = fc
  .dictionary(fc.constantFrom(...priceUnits), fractions)
  .map((components) => ({ ...components }));

describe("multipliers", () => {
  it("states $0.15 and $0.60 per million as model 0.075, completion 4", () => {
    const multipliers = toMultipliers(parseComponents({ input: "150", output: "600", cacheRead: "75" }));
    expect(multipliers.modelMultiplier).toEqual(parseFraction("0.075"));
    expect(multipliers.completionMultiplier).toEqual(parseFraction("4"));
    expect(multipliers.cacheReadMultiplier).toEqual(parseFraction("0.5"));
    expect(multipliers.fixedPrices).toEqual({});
  });

  it("is 1 at $2 per million input tokens", () => {
    expect(toMultipliers(parseComponents({ input: "2000" })).modelMultiplier).toEqual(parseFraction("1"));
  });

  it("keeps a completion multiplier without a finite decimal as a fraction", () => {
    const components = parseComponents({ input: "300", output: "2500" });
    expect(toMultipliers(components).completionMultiplier).toEqual(parseFraction("25/3"));
    expect(fromMultipliers(toMultipliers(components))).toEqual(components);
  });

  it.each([{ output: "600" }, { input: "0", output: "600" }])(
    "relates the other tokens of %o to 2,000 nano-USD, as there is no input price to relate to",
    (json) => {
      const components = parseComponents(json);
      expect(toMultipliers(components).completionMultiplier).toEqual(parseFraction("0.3"));
      expect(fromMultipliers(toMultipliers(components))).toEqual(components);
    },
  );

  it("gives back any prices exactly", () => {
    fc.assert(
      fc.property(anyComponents, (components) => {
        expect(fromMultipliers(toMultipliers(components))).toEqual(components);
      }),
    );
  });

  it("leaves fixed prices per piece out of the multipliers", () => {
    const components = parseComponents({ image: "40000000" });
    expect(toMultipliers(components)).toEqual({ fixedPrices: components });
  });
});

describe("showing a multiplier", () => {
  it.each([
    ["3/40", "0.075"],
    ["4", "4"],
    ["25/3", "25/3 ≈ 8.3333"],
    ["2/3", "2/3 ≈ 0.6667"],
  ])("shows %s as %s", (text, shown) => {
    expect(displayMultiplier(parseFraction(text))).toBe(shown);
  });
});
