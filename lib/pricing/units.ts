import type { Fraction } from "#lib/core/fraction";

/** Everything that a model can be priced by, in the order in which bills list it. */
export const priceUnits = [
  "input",
  "output",
  "cacheRead",
  "cacheWrite5m",
  "cacheWrite1h",
  "imageInput",
  "imageOutput",
  "audioInput",
  "audioOutput",
  "reasoning",
  "call",
  "image",
  "videoSecond",
  "audioSecond",
  "character",
] as const;

export type PriceUnit = (typeof priceUnits)[number];

/** Sold by the piece at a fixed price; every other unit is a kind of token. */
export const pieceUnits = ["call", "image", "videoSecond", "audioSecond", "character"] as const;

export type PieceUnit = (typeof pieceUnits)[number];
export type TokenUnit = Exclude<PriceUnit, PieceUnit>;

/** For a call with more than `above` prompt tokens every price of `factors` is its own times the factor, for all its tokens. */
export type PriceTier = {
  readonly above: number;
  readonly factors: Readonly<Partial<Record<TokenUnit, Fraction>>>;
};

/**
 * For a call admitted from `from` until before `to`, UTC minutes of the day on whole half hours, every price of `factors`
 * is its own times the factor. It goes over midnight where `to` is not after `from`.
 */
export type PriceHours = {
  readonly from: number;
  readonly to: number;
  readonly factors: Readonly<Partial<Record<PriceUnit, Fraction>>>;
};

/** An image of this size and quality costs the price per image times the factor; null: the model knows no such choice. */
export type ImagePrice = {
  readonly size: string | null;
  readonly quality: string | null;
  readonly factor: Fraction;
};

/**
 * On what else a price depends. All are factors of the model's own prices, so that they move with them.
 * `tiers` by their thresholds, ascending: of those that a call is above the last one holds. `hours` do not overlap.
 * `images`: the first is the model's default and costs the price per image itself.
 */
export type PriceConditions = {
  tiers?: readonly PriceTier[];
  hours?: readonly PriceHours[];
  images?: readonly ImagePrice[];
};

/** A model's prices: exact nano-USD per unit. An absent unit is not priced; 0 is a stated price. */
export type PriceComponents = Partial<Record<PriceUnit, Fraction>> & PriceConditions;

/** The kind that a kind of token is billed as when the model has no price of its own for it. */
const billedAs: Partial<Record<TokenUnit, TokenUnit>> = {
  cacheRead: "input",
  cacheWrite5m: "input",
  // Vendors price the longer write above the shorter, so the shorter is the nearer stand-in.
  cacheWrite1h: "cacheWrite5m",
  imageInput: "input",
  audioInput: "input",
  imageOutput: "output",
  audioOutput: "output",
  reasoning: "output",
};

export const tokenUnits: readonly TokenUnit[] = priceUnits.filter(isTokenUnit);
export const inputUnits: readonly TokenUnit[] = tokenUnits.filter((unit) => baseOf(unit) === "input");
export const outputUnits: readonly TokenUnit[] = tokenUnits.filter((unit) => baseOf(unit) === "output");

/** The first priced kind on the way down to input or output; that base itself when none is priced. */
export function billedUnit(unit: TokenUnit, components: PriceComponents): TokenUnit {
  const next = billedAs[unit];
  return components[unit] !== undefined || next === undefined ? unit : billedUnit(next, components);
}

/** Priced by the piece (a call, an image, a second, a character), where tokens are shown by the million. */
export function isPieceUnit(unit: PriceUnit): unit is PieceUnit {
  return pieceUnits.some((piece) => piece === unit);
}

function isTokenUnit(unit: PriceUnit): unit is TokenUnit {
  return !isPieceUnit(unit);
}

function baseOf(unit: TokenUnit): TokenUnit {
  return billedUnit(unit, {});
}
