import { compareFractions, type Fraction } from "#lib/core/fraction";
import { pairsOf } from "./situations.ts";
import { ratioOf, samePrices } from "./state.ts";
import { type PriceComponents, priceUnits } from "./units.ts";

/**
 * Why a price is not simply taken: it lies outside 0.5 to 1.0 × the official one, it is more than 10 × (or less than a
 * tenth of) what it was, or a model that follows the official price leaves it.
 */
export const reasonCauses = ["range", "jump", "leaves_official"] as const;
export type ReasonCause = (typeof reasonCauses)[number];

const lowest: Fraction = { num: 1n, den: 2n };
const highest: Fraction = { num: 1n, den: 1n };
const greatestJump: Fraction = { num: 10n, den: 1n };
const smallestJump: Fraction = { num: 1n, den: 10n };

type Judged = {
  before: PriceComponents | undefined;
  /** undefined: the price is withdrawn, which needs no reason. */
  after: PriceComponents | undefined;
  /** undefined: no official price is known. */
  official: PriceComponents | undefined;
  /** The model follows the official price so far. Always false for an account's own price: the model's stays. */
  followsOfficial: boolean;
};

/** What a price needs a typed reason for; empty: it needs none. */
export function causesOf({ before, after, official, followsOfficial }: Judged): ReasonCause[] {
  if (after === undefined || samePrices(before, after)) return [];
  const causes: ReasonCause[] = [];
  if (official !== undefined && isOutside(after, official)) causes.push("range");
  if (before !== undefined && hasJump(before, after)) causes.push("jump");
  if (followsOfficial && official !== undefined && !samePrices(official, after))
    causes.push("leaves_official");
  return causes;
}

/** What a group's multiplier needs a typed reason for. It stands over prices that were judged one by one. */
export function causesOfMultiplier(before: Fraction | undefined, after: Fraction | undefined): ReasonCause[] {
  return isJump(before, after) ? ["jump"] : [];
}

/** Whether some unit that both sides price is below 0.5 or above 1.0 times the official price, in any situation. */
export function isOutside(ours: PriceComponents, official: PriceComponents): boolean {
  return pairsOf(ours, official).some(([own, stated]) => isBaseOutside(own, stated));
}

function isBaseOutside(ours: PriceComponents, official: PriceComponents): boolean {
  return priceUnits.some((unit) => {
    const [own, stated] = [ours[unit], official[unit]];
    if (own === undefined || stated === undefined) return false;
    const ratio = ratioOf(stated, own);
    if (ratio === undefined) return own.num !== 0n;
    return compareFractions(ratio, lowest) < 0 || compareFractions(ratio, highest) > 0;
  });
}

function hasJump(before: PriceComponents, after: PriceComponents): boolean {
  return pairsOf(before, after).some(([was, is]) => priceUnits.some((unit) => isJump(was[unit], is[unit])));
}

function isJump(before: Fraction | undefined, after: Fraction | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  if (before.num === 0n || after.num === 0n) return before.num !== after.num;
  const ratio = ratioOf(before, after);
  if (ratio === undefined) return false;
  return compareFractions(ratio, greatestJump) > 0 || compareFractions(ratio, smallestJump) < 0;
}
