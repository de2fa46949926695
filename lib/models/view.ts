import {
  compareFractions,
  divideFractions,
  type Fraction,
  multiplyFractions,
  one,
  subtractFractions,
} from "#lib/core/fraction";
import type { Model as ModelRow } from "#lib/db/generated/client";
import { displayExact, displayMultipliers, displayPrices } from "#lib/pricing/display";
import { parseComponents } from "#lib/pricing/schema";
import { type PriceComponents, priceUnits } from "#lib/pricing/units";
import { type Model, modelKinds } from "./schema.ts";

export type ModelPrice = { readonly components: PriceComponents; readonly versionId: string };

/** A model as it is shown: the official price beside ours. Without `price` it is not sold. */
export function toModel(row: ModelRow, price: ModelPrice | undefined, channels: number): Model {
  const official = parseComponents(row.official);
  return {
    id: row.id,
    vendor: row.vendor,
    displayName: row.displayName,
    kind: modelKinds.find((kind) => kind === row.kind) ?? "task",
    contextWindow: row.contextWindow,
    maxOutputTokens: row.maxOutputTokens,
    reasoning: row.reasoning,
    syncPolicy: row.syncPolicy === "official" ? "official" : "manual",
    statedReason: row.statedReason,
    example: row.example,
    official: displayPrices(official),
    price: price === undefined ? null : displayPrices(price.components),
    multipliers: price === undefined ? null : displayMultipliers(price.components),
    drift: price === undefined ? null : driftPercent(price.components, official),
    priceVersionId: price?.versionId ?? null,
    channels,
    sold: price !== undefined && channels > 0,
    source: row.officialSource,
    sourceDate: row.officialSourceDate,
  };
}

/**
 * Ours ÷ official in percent, of the unit that departs most from 100: $0.12 against $0.15 is "80". Units that only
 * one side prices do not count; null when there is nothing to compare. Free officially, charged by us: null too.
 */
export function driftPercent(ours: PriceComponents, official: PriceComponents): string | null {
  const ratios = priceUnits.flatMap((unit) => {
    const [own, stated] = [ours[unit], official[unit]];
    if (own === undefined || stated === undefined) return [];
    if (stated.num === 0n) return own.num === 0n ? [one] : [];
    return [divideFractions(own, stated)];
  });
  const [first, ...others] = ratios;
  if (first === undefined) return null;
  const furthest = others.reduce((worst, ratio) => (isFurther(ratio, worst) ? ratio : worst), first);
  return displayExact(multiplyFractions(furthest, { num: 100n, den: 1n }));
}

function isFurther(left: Fraction, right: Fraction): boolean {
  return compareFractions(distance(left), distance(right)) > 0;
}

function distance(ratio: Fraction): Fraction {
  const difference = subtractFractions(ratio, one);
  return difference.num < 0n ? { num: -difference.num, den: difference.den } : difference;
}
