import {
  divideFractions,
  type Fraction,
  formatDecimal,
  formatFraction,
  multiplyFractions,
} from "#lib/core/fraction";
import { multiplierNames, toMultipliers } from "./multipliers.ts";
import {
  isPieceUnit,
  type PriceComponents,
  type PriceTier,
  type PriceUnit,
  priceUnits,
  tokenUnits,
} from "./units.ts";

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

/** Tiers as factors of the model's own prices. */
export function displayTiers(tiers: readonly PriceTier[] = []): ShownTier[] {
  return tiers.map(({ above, factors }) => ({
    above,
    factors: Object.fromEntries(
      tokenUnits.flatMap((unit) => {
        const factor = factors[unit];
        return factor === undefined ? [] : [[unit, displayExact(factor)]];
      }),
    ),
  }));
}

export type ShownTier = { above: number; factors: Record<string, string> };
