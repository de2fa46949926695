import {
  compareFractions,
  divideFractions,
  type Fraction,
  multiplyFractions,
  one,
  subtractFractions,
} from "#lib/core/fraction";
import { displayExact } from "./display.ts";
import { pairsOf } from "./situations.ts";
import { type PriceComponents, priceUnits } from "./units.ts";

/**
 * Ours ÷ official in percent, of the unit that departs most from 100, at any length of prompt, hour and image: $0.12
 * against $0.15 is "80". Units that only one side prices do not count; null when there is nothing to compare. Free officially, charged by us: null too.
 */
export function driftPercent(ours: PriceComponents, official: PriceComponents): string | null {
  const ratios = pairsOf(ours, official).flatMap(([own, stated]) => ratiosOf(own, stated));
  const [first, ...others] = ratios;
  if (first === undefined) return null;
  const furthest = others.reduce((worst, ratio) => (isFurther(ratio, worst) ? ratio : worst), first);
  return displayExact(multiplyFractions(furthest, { num: 100n, den: 1n }));
}

function ratiosOf(ours: PriceComponents, official: PriceComponents): Fraction[] {
  return priceUnits.flatMap((unit) => {
    const [own, stated] = [ours[unit], official[unit]];
    if (own === undefined || stated === undefined) return [];
    if (stated.num === 0n) return own.num === 0n ? [one] : [];
    return [divideFractions(own, stated)];
  });
}

function isFurther(left: Fraction, right: Fraction): boolean {
  return compareFractions(distance(left), distance(right)) > 0;
}

function distance(ratio: Fraction): Fraction {
  const difference = subtractFractions(ratio, one);
  return difference.num < 0n ? { num: -difference.num, den: difference.den } : difference;
}
