import { compareFractions, type Fraction, multiplyFractions } from "#lib/core/fraction";
import { type PriceComponents, type PriceUnit, priceUnits } from "./units.ts";

export type Factors = Readonly<Partial<Record<PriceUnit, Fraction>>>;

/** The prices with each unit times its factor. */
export function withFactors<Prices extends PriceComponents>(prices: Prices, factors: Factors): Prices {
  const scaled: Prices = { ...prices };
  for (const unit of priceUnits) {
    const [price, factor] = [prices[unit], factors[unit]];
    if (price !== undefined && factor !== undefined)
      Object.assign(scaled, { [unit]: multiplyFractions(price, factor) });
  }
  return scaled;
}

/** By value. A unit without a factor differs from one with a factor of 1. */
export function sameFactors(left: Factors, right: Factors): boolean {
  return priceUnits.every((unit) => {
    const [one, two] = [left[unit], right[unit]];
    if (one === undefined || two === undefined) return one === two;
    return compareFractions(one, two) === 0;
  });
}

/**
 * Something made of a price and of one of its conditions, the same object each time: what is made of that once (rate.ts)
 * is then found again.
 */
export function remembered<Condition extends object>(
  make: (prices: PriceComponents, condition: Condition) => PriceComponents,
): (prices: PriceComponents, condition: Condition) => PriceComponents {
  const made = new WeakMap<PriceComponents, Map<Condition, PriceComponents>>();
  return (prices, condition) => {
    const known = made.get(prices) ?? new Map<Condition, PriceComponents>();
    made.set(prices, known);
    const found = known.get(condition) ?? make(prices, condition);
    known.set(condition, found);
    return found;
  };
}
