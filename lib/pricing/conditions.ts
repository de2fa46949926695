import type { Fraction } from "#lib/core/fraction";
import { sameHours } from "./hours.ts";
import { sameImages } from "./image-prices.ts";
import { sameTiers } from "./tiers.ts";
import type { PriceComponents, PriceConditions, PriceUnit } from "./units.ts";

export const conditionNames = ["tiers", "hours", "images"] as const;
export type ConditionName = (typeof conditionNames)[number];

/** What a price depends on besides the unit, as it stands among the prices: empty lists are left out. */
export function conditionsOf({ tiers, hours, images }: PriceConditions): PriceConditions {
  return {
    ...(tiers === undefined || tiers.length === 0 ? {} : { tiers }),
    ...(hours === undefined || hours.length === 0 ? {} : { hours }),
    ...(images === undefined || images.length === 0 ? {} : { images }),
  };
}

/** The prices of the units alone. */
export function unitsOf({
  tiers: _tiers,
  hours: _hours,
  images: _images,
  ...units
}: PriceComponents): Partial<Record<PriceUnit, Fraction>> {
  return units;
}

/** By value, an empty list like none. */
export function sameConditions(left: PriceConditions = {}, right: PriceConditions = {}): boolean {
  return (
    sameTiers(left.tiers, right.tiers) &&
    sameHours(left.hours, right.hours) &&
    sameImages(left.images, right.images)
  );
}
