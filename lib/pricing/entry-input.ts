import { divideFractions, type Fraction, multiplyFractions, parseFraction } from "#lib/core/fraction";
import { toImagePrices } from "./condition-text.ts";
import { conditionsOf, unitsOf } from "./conditions.ts";
import { minuteOfDay, unitsPerPrice } from "./display.ts";
import { fromMultipliers, type MultiplierName, multiplierNames, toMultipliers } from "./multipliers.ts";
import {
  type ImagePrice,
  type PriceComponents,
  type PriceHours,
  type PriceTier,
  type PriceUnit,
  priceUnits,
} from "./units.ts";
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
  return withConditions(withPrices(withMultipliers(base, entry), entry.price ?? {}), entry);
}

function withConditions(prices: PriceComponents, entry: PriceEntryInput): PriceComponents {
  const asked = { ...prices };
  if (entry.tiers !== undefined) asked.tiers = readTiers(entry.tiers);
  if (entry.hours !== undefined) asked.hours = readHours(entry.hours);
  if (entry.images !== undefined) {
    const [usual] = entry.images;
    asked.images = readImages(entry.images);
    if (usual !== undefined) asked.image = nanoUsdPerUnit("image", usual.price);
  }
  // Without a price per image there is nothing that they could be factors of.
  if (asked.image === undefined) delete asked.images;
  return { ...unitsOf(asked), ...conditionsOf(asked) };
}

function readTiers(tiers: NonNullable<PriceEntryInput["tiers"]>): PriceTier[] {
  return tiers
    .map(({ above, factors }) => ({ above, factors: readFactors(factors) }))
    .sort((left, right) => left.above - right.above);
}

function readHours(hours: NonNullable<PriceEntryInput["hours"]>): PriceHours[] {
  return hours
    .map(({ from, to, factors }) => ({
      from: minuteOfDay(from) ?? 0,
      to: minuteOfDay(to) ?? 0,
      factors: readFactors(factors),
    }))
    .sort((left, right) => left.from - right.from);
}

function readImages(images: NonNullable<PriceEntryInput["images"]>): ImagePrice[] {
  const read = images.map(({ size, quality, price }) => ({ size, quality, price: parseFraction(price) }));
  return toImagePrices(read) ?? [];
}

function readFactors(factors: Partial<Record<PriceUnit, string>>): Partial<Record<PriceUnit, Fraction>> {
  return Object.fromEntries(
    Object.entries(factors).map(([unit, factor]) => [unit, parseFraction(factor ?? "1")]),
  );
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
  // They are factors of the prices, whatever these are.
  return { ...prices, ...conditionsOf(base) };
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
