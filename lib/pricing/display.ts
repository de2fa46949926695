import {
  divideFractions,
  type Fraction,
  formatDecimal,
  formatFraction,
  multiplyFractions,
  zero,
} from "#lib/core/fraction";
import type { Factors } from "./factors.ts";
import { multiplierNames, toMultipliers } from "./multipliers.ts";
import { isPieceUnit, type PriceComponents, type PriceUnit, priceUnits } from "./units.ts";

const nanoPerUsd: Fraction = { num: 1_000_000_000n, den: 1n };

/** How many units a shown price is for: tokens are priced by the million, pieces by the piece. */
export function unitsPerPrice(unit: PriceUnit): number {
  return isPieceUnit(unit) ? 1 : 1_000_000;
}

/** Nano-USD per unit as shown: 150 per token → "0.15" (USD per million); 20,000,000 per image → "0.02". */
export function displayPrice(unit: PriceUnit, nanoUsdPerUnit: Fraction): string {
  const per: Fraction = { num: BigInt(unitsPerPrice(unit)), den: 1n };
  return displayNanoUsd(multiplyFractions(nanoUsdPerUnit, per));
}

/** An exact amount of nano-USD in USD: a decimal where it has one, else a fraction. */
export function displayNanoUsd(nanoUsd: Fraction): string {
  return displayExact(divideFractions(nanoUsd, nanoPerUsd));
}

/** "0.075", or "25/3" where there is no finite decimal. */
export function displayExact(value: Fraction): string {
  return formatDecimal(value) ?? formatFraction(value);
}

/** All prices of a model, as shown. */
export function displayPrices(components: PriceComponents): Record<string, string> {
  return Object.fromEntries(
    priceUnits.flatMap((unit) => {
      const price = components[unit];
      return price === undefined ? [] : [[unit, displayPrice(unit, price)]];
    }),
  );
}

/** Prices by multiplier, named `model`, `completion`, `cacheRead` …; pieces have none. */
export function displayMultipliers(components: PriceComponents): Record<string, string> {
  const multipliers = toMultipliers(components);
  return Object.fromEntries(
    Object.values(multiplierNames).flatMap((name) => {
      const value = multipliers[name];
      return value === undefined ? [] : [[name.replace(/Multiplier$/, ""), displayExact(value)]];
    }),
  );
}

/** What else the price depends on, as shown; empty lists where it does not. */
export function displayConditions(components: PriceComponents = {}): ShownConditions {
  const { tiers = [], hours = [], images = [], image = zero } = components;
  return {
    tiers: tiers.map(({ above, factors }) => ({ above, factors: displayFactors(factors) })),
    hours: hours.map(({ from, to, factors }) => ({
      from: timeOfDay(from),
      to: timeOfDay(to),
      factors: displayFactors(factors),
    })),
    images: images.map(({ size, quality, factor }) => ({
      size,
      quality,
      price: displayPrice("image", multiplyFractions(image, factor)),
    })),
  };
}

/** Minute 990 of the day as "16:30". */
export function timeOfDay(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** The inverse, for whole half hours; undefined for anything else. */
export function minuteOfDay(time: string): number | undefined {
  const [, hours = "", minutes = ""] = /^([01]?\d|2[0-3]):([03]0)$/.exec(time) ?? [];
  return hours === "" ? undefined : Number(hours) * 60 + Number(minutes);
}

function displayFactors(factors: Factors): Record<string, string> {
  return Object.fromEntries(
    priceUnits.flatMap((unit) => {
      const factor = factors[unit];
      return factor === undefined ? [] : [[unit, displayExact(factor)]];
    }),
  );
}

export type ShownTier = { above: number; factors: Record<string, string> };
/** "16:30" to "00:30", UTC. */
export type ShownHours = { from: string; to: string; factors: Record<string, string> };
/** `price` in USD per image. */
export type ShownImage = { size: string | null; quality: string | null; price: string };
export type ShownConditions = { tiers: ShownTier[]; hours: ShownHours[]; images: ShownImage[] };
