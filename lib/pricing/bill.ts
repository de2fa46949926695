import { addFractions, type Fraction, multiplyFractions, roundHalfUp, zero } from "#lib/core/fraction";
import { pricesAt } from "./tiers.ts";
import { type PriceComponents, type PriceUnit, priceUnits } from "./units.ts";
import { missingUnits, splitUsage, type Usage } from "./usage.ts";

export type BillTerm = {
  readonly unit: PriceUnit;
  readonly quantity: number;
  /** Nano-USD per unit, before the group's multiplier. */
  readonly priceNanoUsd: Fraction;
  /** quantity × price, exact nano-USD. */
  readonly amount: Fraction;
};

export type Bill = {
  readonly priced: true;
  readonly costNanoUsd: bigint;
  readonly terms: readonly BillTerm[];
  /** Σ amounts, exact nano-USD, before the group's multiplier. */
  readonly subtotal: Fraction;
  readonly groupMultiplier: Fraction;
};

/** What has no price is refused, never free: the units that lack one. */
export type Unpriced = { readonly priced: false; readonly missingUnits: readonly PriceUnit[] };

/**
 * The bill of one call: Σ (quantity × price) × group multiplier, exact up to one rounding half up to whole
 * nano-USD at the very end. docs/pricing.md derives it and works examples.
 */
export function billUsage(call: {
  usage: Usage;
  components: PriceComponents;
  groupMultiplier: Fraction;
}): Bill | Unpriced {
  const components = pricesAt(call.components, call.usage.promptTokens);
  const missing = missingUnits(call.usage, components);
  if (missing.length > 0) return { priced: false, missingUnits: missing };
  const quantities = splitUsage(call.usage, components);
  const terms = priceUnits.flatMap((unit) => toTerm(unit, quantities[unit], components[unit]));
  const subtotal = terms.reduce((sum, term) => addFractions(sum, term.amount), zero);
  return {
    priced: true,
    costNanoUsd: roundHalfUp(multiplyFractions(subtotal, call.groupMultiplier)),
    terms,
    subtotal,
    groupMultiplier: call.groupMultiplier,
  };
}

function toTerm(unit: PriceUnit, quantity: number | undefined, price: Fraction | undefined): BillTerm[] {
  if (quantity === undefined || price === undefined) return [];
  const amount = multiplyFractions(price, { num: BigInt(quantity), den: 1n });
  return [{ unit, quantity, priceNanoUsd: price, amount }];
}
