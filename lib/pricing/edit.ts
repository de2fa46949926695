import {
  compareFractions,
  divideFractions,
  type Fraction,
  makeFraction,
  multiplyFractions,
  parseFraction,
  roundHalfUp,
} from "#lib/core/fraction";
import { readHours, readImages, readTiers, saysNone, toImagePrices } from "./condition-text.ts";
import { type ConditionName, conditionsOf, unitsOf } from "./conditions.ts";
import {
  displayExact,
  displayMultipliers,
  displayPrices,
  minuteOfDay,
  type ShownConditions,
  unitsPerPrice,
} from "./display.ts";
import { nanoUsdPerUnit } from "./entry-input.ts";
import { fromMultipliers, multiplierNames, toMultipliers } from "./multipliers.ts";
import { samePrices } from "./state.ts";
import { isPieceUnit, type PriceComponents, type PriceUnit, priceUnits } from "./units.ts";

/** What a person does to many prices at once. `factor` and `step` are decimals or fractions as typed. */
export type BulkEdit =
  | { kind: "multiply"; factor: string }
  | { kind: "official"; factor: string }
  /** To the nearest `step`, half up, in USD per million tokens or per piece. */
  | { kind: "round"; step: string };

/** Prices as the API shows them (USD per million or per piece), and what they depend on, read back exactly. */
export function readPrices(
  shown: Readonly<Record<string, string>>,
  conditions: Partial<ShownConditions> = {},
): PriceComponents {
  const prices: PriceComponents = Object.fromEntries(
    priceUnits.flatMap((unit) => {
      const usd = shown[unit];
      return usd === undefined ? [] : [[unit, nanoUsdPerUnit(unit, usd)]];
    }),
  );
  const { tiers = [], hours = [], images = [] } = conditions;
  return {
    ...prices,
    ...conditionsOf({
      tiers: tiers.map(({ above, factors }) => ({ above, factors: readFactors(factors) })),
      hours: hours.map(({ from, to, factors }) => ({
        from: minuteOfDay(from) ?? 0,
        to: minuteOfDay(to) ?? 0,
        factors: readFactors(factors),
      })),
      images:
        toImagePrices(
          images.map(({ size, quality, price }) => ({ size, quality, price: parseFraction(price) })),
        ) ?? [],
    }),
  };
}

/** The prices after their tiers, hours or images were typed (condition-text.ts); undefined: they cannot be read. */
export function withConditionText(
  prices: PriceComponents,
  name: ConditionName,
  typed: string,
): PriceComponents | undefined {
  const text = saysNone(typed) ? "" : typed;
  if (name === "images") return withImages(prices, text);
  const read = name === "tiers" ? readTiers(text) : readHours(text);
  return read && { ...unitsOf(prices), ...conditionsOf({ ...prices, [name]: read }) };
}

/** The first becomes the price per image. */
function withImages({ images: _, ...prices }: PriceComponents, typed: string): PriceComponents | undefined {
  const read = readImages(typed);
  const [usual] = read ?? [];
  if (usual === undefined) return read && prices;
  const images = read && toImagePrices(read);
  return images && { ...prices, image: nanoUsdPerUnit("image", displayExact(usual.price)), images };
}

function readFactors(
  factors: Readonly<Record<string, string | undefined>>,
): Partial<Record<PriceUnit, Fraction>> {
  return Object.fromEntries(
    Object.entries(factors).map(([unit, factor]) => [unit, parseFraction(factor ?? "1")]),
  );
}

/** What stands in a cell when it is edited: the multiplier of a kind of token, the price of a piece. "" is none. */
export function cellText(components: PriceComponents, unit: PriceUnit): string {
  if (isPieceUnit(unit)) return displayPrices(components)[unit] ?? "";
  return displayMultipliers(components)[multiplierNames[unit].replace(/Multiplier$/, "")] ?? "";
}

/**
 * The prices after a cell was typed: "1.2" or "25/3" is a multiplier (the model's moves all that relate to it), "$2.50"
 * a price in USD per million or per piece, "" takes the unit's own price away. undefined: it cannot be read, or is negative.
 */
export function withCell(
  components: PriceComponents,
  unit: PriceUnit,
  typed: string,
): PriceComponents | undefined {
  const text = typed
    .replaceAll(",", "")
    .replace(/^[×x]\s*/i, "")
    .trim();
  if (text === "") {
    const { [unit]: _, ...rest } = components;
    return unit === "image" ? { ...unitsOf(rest), ...conditionsOf({ ...rest, images: [] }) } : rest;
  }
  const isUsd = text.startsWith("$") || isPieceUnit(unit);
  const figure = readFigure(text.replace(/^\$\s*/, ""));
  if (figure === undefined) return undefined;
  if (isUsd || isPieceUnit(unit))
    return { ...components, [unit]: nanoUsdPerUnit(unit, displayExact(figure)) };
  const prices = fromMultipliers({ ...toMultipliers(components), [multiplierNames[unit]]: figure });
  return { ...prices, ...conditionsOf(components) };
}

/** One model's prices after a bulk edit; undefined where it does not apply (no official price, nothing to round). */
export function withBulk(
  components: PriceComponents,
  official: PriceComponents,
  edit: BulkEdit,
): PriceComponents | undefined {
  if (edit.kind === "round") {
    const step = readFigure(edit.step);
    if (step === undefined || step.num === 0n) return undefined;
    return mapPrices(components, (price, unit) => roundTo(price, unit, step));
  }
  const factor = readFigure(edit.factor);
  if (factor === undefined) return undefined;
  const base = edit.kind === "official" ? official : components;
  if (Object.keys(base).length === 0) return undefined;
  return mapPrices(base, (price) => multiplyFractions(price, factor));
}

/** What the API is told of an edited price: every unit that changed, in exact USD; null for those taken away. */
export function changedPrices(
  before: PriceComponents,
  after: PriceComponents,
): Partial<Record<PriceUnit, string | null>> {
  const shown = displayPrices(after);
  return Object.fromEntries(
    priceUnits.flatMap((unit): [PriceUnit, string | null][] => {
      const [was, is] = [before[unit], after[unit]];
      if (is === undefined) return was === undefined ? [] : [[unit, null]];
      if (was !== undefined && compareFractions(was, is) === 0) return [];
      return [[unit, shown[unit] ?? "0"]];
    }),
  );
}

/** Whether two prices are one, so that an edit back to what was is none. */
export const isUnchanged = samePrices;

/** A decimal or fraction, 0 or more; undefined for anything else. */
export function readFigure(text: string): Fraction | undefined {
  try {
    const figure = parseFraction(text);
    return figure.num < 0n ? undefined : figure;
  } catch {
    return undefined;
  }
}

function roundTo(price: Fraction, unit: PriceUnit, stepUsd: Fraction): Fraction {
  const stepNano = multiplyFractions(stepUsd, makeFraction(1_000_000_000n, BigInt(unitsPerPrice(unit))));
  const steps = roundHalfUp(divideFractions(price, stepNano));
  return multiplyFractions(stepNano, { num: steps, den: 1n });
}

function mapPrices(
  components: PriceComponents,
  change: (price: Fraction, unit: PriceUnit) => Fraction,
): PriceComponents {
  const changed: PriceComponents = { ...components };
  for (const unit of priceUnits) {
    const price = components[unit];
    if (price !== undefined) changed[unit] = change(price, unit);
  }
  return changed;
}
