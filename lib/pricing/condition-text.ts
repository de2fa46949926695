import { divideFractions, type Fraction, one, parseFraction } from "#lib/core/fraction";
import type { ConditionName } from "./conditions.ts";
import { displayConditions, displayExact, minuteOfDay, type ShownConditions } from "./display.ts";
import type { Factors } from "./factors.ts";
import { areApart } from "./hours.ts";
import { areDistinct, imageName, readImageName } from "./image-prices.ts";
import { contextSteps } from "./tiers.ts";
import {
  type ImagePrice,
  type PriceComponents,
  type PriceHours,
  type PriceTier,
  type PriceUnit,
  priceUnits,
  tokenUnits,
} from "./units.ts";

/** Tiers as one writes them into a cell: "200000: input 2, output 3/2; 272000: input 4". "" is none. */
export function formatTiers(components: PriceComponents): string {
  return displayConditions(components)
    .tiers.map(({ above, factors }) => `${above}: ${factorsText(factors)}`)
    .join("; ");
}

/** Hours, UTC: "16:30-00:30: input 1/2, output 1/2". "" is none. */
export function formatHours(components: PriceComponents): string {
  return displayConditions(components)
    .hours.map(({ from, to, factors }) => `${from}-${to}: ${factorsText(factors)}`)
    .join("; ");
}

/** Prices by size and quality in USD per image, the default first: "1024x1024 hd: 0.08; 1024x1792 hd: 0.12". "" is none. */
export function formatImages(components: PriceComponents): string {
  return displayConditions(components)
    .images.map((image) => `${imageName(image)}: ${image.price}`)
    .join("; ");
}

export const formatCondition = {
  tiers: formatTiers,
  hours: formatHours,
  images: formatImages,
} satisfies Record<ConditionName, unknown>;

/** The inverse, "×" before a factor allowed; undefined for what cannot be read or has a threshold that no usage is kept by. */
export function readTiers(text: string): PriceTier[] | undefined {
  const tiers = partsOf(text).map(readTier);
  const read = tiers.filter((tier) => tier !== undefined);
  if (read.length < tiers.length || new Set(read.map(({ above }) => above)).size < read.length)
    return undefined;
  return read.sort((left, right) => left.above - right.above);
}

/** The inverse; undefined also for hours that overlap, or do not begin and end on a half hour. */
export function readHours(text: string): PriceHours[] | undefined {
  const hours = partsOf(text).map(readPart);
  const read = hours.filter((one) => one !== undefined);
  if (read.length < hours.length || !areApart(read)) return undefined;
  return read.sort((left, right) => left.from - right.from);
}

/** The inverse: exact USD per image; undefined also where one has a size and another none, or one is there twice. */
export function readImages(text: string): PricedImage[] | undefined {
  const images = partsOf(text).map(readImage);
  const read = images.filter((image) => image !== undefined);
  return read.length < images.length || !areDistinct(read) ? undefined : read;
}

export type PricedImage = Pick<ImagePrice, "size" | "quality"> & { readonly price: Fraction };

/**
 * Prices by size and quality as factors of the first one's, which is the price per image; undefined: the first is free,
 * so nothing can be a factor of it.
 */
export function toImagePrices(images: readonly PricedImage[]): ImagePrice[] | undefined {
  const [usual] = images;
  if (usual !== undefined && usual.price.num === 0n) return undefined;
  return images.map(({ size, quality, price }) => ({
    size,
    quality,
    factor: usual === undefined ? one : divideFractions(price, usual.price),
  }));
}

/** Whether a text says that there are none: what a table has for them, since an empty cell leaves all as it is. */
export function saysNone(text: string): boolean {
  return /^(none|-|–)$/i.test(text.trim());
}

/** Each condition's text as the API takes it; undefined: it cannot be read. */
export const shownConditions = {
  tiers: (text: string) => shown(readTiers(text), (tiers) => displayConditions({ tiers }).tiers),
  hours: (text: string) => shown(readHours(text), (hours) => displayConditions({ hours }).hours),
  images: (text: string) =>
    shown(readImages(text), (images) =>
      images.map(({ size, quality, price }) => ({ size, quality, price: displayExact(price) })),
    ),
} satisfies { [Name in keyof ShownConditions]: (text: string) => ShownConditions[Name] | undefined };

function shown<Read, Shown>(read: Read | undefined, show: (read: Read) => Shown): Shown | undefined {
  return read === undefined ? undefined : show(read);
}

function partsOf(text: string): string[] {
  return text.split(";").filter((part) => part.trim() !== "");
}

function factorsText(factors: Record<string, string>): string {
  return Object.entries(factors)
    .map(([unit, factor]) => `${unit} ${factor}`)
    .join(", ");
}

function readTier(part: string): PriceTier | undefined {
  const [, digits = "", said = ""] = /^\s*([\d,_ ]+?)\s*:\s*(.+?)\s*$/.exec(part) ?? [];
  const above = Number(digits.replace(/[,_ ]/g, ""));
  const factors = readFactors(said, tokenUnits);
  if (factors === undefined || !contextSteps.some((step) => step === above)) return undefined;
  return { above, factors };
}

function readPart(part: string): PriceHours | undefined {
  const [, start = "", end = "", said = ""] =
    /^\s*(\d\d?:\d\d)\s*(?:-|–|to)\s*(\d\d?:\d\d)\s*(?:UTC)?\s*:\s*(.+?)\s*$/i.exec(part) ?? [];
  const [from, to] = [minuteOfDay(start), minuteOfDay(end.replace(/^24:00$/, "00:00"))];
  const factors = readFactors(said, priceUnits);
  if (from === undefined || to === undefined || factors === undefined) return undefined;
  return { from, to, factors };
}

function readImage(part: string): PricedImage | undefined {
  const [, name = "", figure = ""] = /^(.+?)[\s:=]\s*\$?\s*([\d./]+)\s*$/.exec(part) ?? [];
  const image = readImageName(name.replace(/[:=]\s*$/, ""));
  const price = read(figure);
  return image === undefined || price === undefined ? undefined : { ...image, price };
}

function readFactors(said: string, units: readonly PriceUnit[]): Factors | undefined {
  const factors: Partial<Record<PriceUnit, Fraction>> = {};
  for (const one of said.split(",")) {
    const [, name, figure = ""] = /^\s*(\w+)\s*[×x]?\s*([\d./]+)\s*$/i.exec(one) ?? [];
    const unit = units.find((known) => known.toLowerCase() === name?.toLowerCase());
    const factor = read(figure);
    if (unit === undefined || factor === undefined || factors[unit] !== undefined) return undefined;
    factors[unit] = factor;
  }
  return factors;
}

function read(figure: string): Fraction | undefined {
  try {
    return parseFraction(figure);
  } catch {
    return undefined;
  }
}
