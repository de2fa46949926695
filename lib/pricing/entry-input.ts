import { divideFractions, type Fraction, multiplyFractions, parseFraction } from "#lib/core/fraction";
import { unitsPerPrice } from "./display.ts";
import { fromMultipliers, type MultiplierName, multiplierNames, toMultipliers } from "./multipliers.ts";
import { type PriceComponents, type PriceTier, type PriceUnit, priceUnits } from "./units.ts";
import type { PriceEntryInput } from "./version-schema.ts";

const nanoPerUsd: Fraction = { num: 1_000_000_000n, den: 1n };

/**
 * The prices that an entry asks for. What it does not name comes from `base`, what is paid so far: first multipliers
 * are put in (a new model multiplier so moves all kinds of tokens), then single prices in USD. {} takes the price away.
 */
export function componentsFrom(
  entry: PriceEntryInput,
  base: PriceComponents,
  official: PriceComponents | undefined,
): PriceComponents {
  if (entry.withdrawn) return {};
  if (entry.official) return official ?? {};
  return withTiers(withPrices(withMultipliers(base, entry), entry.price ?? {}), entry.tiers);
}

function withTiers({ tiers, ...prices }: PriceComponents, asked: PriceEntryInput["tiers"]): PriceComponents {
  if (asked === undefined) return tiers === undefined ? prices : { ...prices, tiers };
  if (asked.length === 0) return prices;
  const read = asked.map(({ above, factors }) => ({
    above,
    factors: Object.fromEntries(
      Object.entries(factors).map(([unit, factor]) => [unit, parseFraction(factor)]),
    ) as PriceTier["factors"],
  }));
  return { ...prices, tiers: read.sort((left, right) => left.above - right.above) };
}

/** USD per million tokens, or per piece, as nano-USD per unit: "0.15" of input is 150. */
export function nanoUsdPerUnit(unit: PriceUnit, usd: string): Fraction {
  const per: Fraction = { num: BigInt(unitsPerPrice(unit)), den: 1n };
  return divideFractions(multiplyFractions(parseFraction(usd), nanoPerUsd), per);
}

function withMultipliers(base: PriceComponents, entry: PriceEntryInput): PriceComponents {
  const names = Object.values(multiplierNames).filter((name) => entry[name] !== undefined);
  if (names.length === 0) return base;
  const multipliers: Record<string, unknown> = { ...toMultipliers(base) };
  for (const name of names) {
    const text = entry[name];
    if (text === null || text === undefined) delete multipliers[name];
    else multipliers[name] = parseFraction(text);
  }
  const { fixedPrices } = toMultipliers(base);
  const prices = fromMultipliers({
    ...(multipliers as Partial<Record<MultiplierName, Fraction>>),
    fixedPrices,
  });
  // Tiers are factors of the prices, whatever these are.
  return base.tiers === undefined ? prices : { ...prices, tiers: base.tiers };
}

function withPrices(
  base: PriceComponents,
  prices: Partial<Record<PriceUnit, string | null>>,
): PriceComponents {
  const components: PriceComponents = { ...base };
  for (const unit of priceUnits) {
    const usd = prices[unit];
    if (usd === null) delete components[unit];
    else if (usd !== undefined) components[unit] = nanoUsdPerUnit(unit, usd);
  }
  return components;
}
