import {
  divideFractions,
  type Fraction,
  formatDecimal,
  formatFraction,
  multiplyFractions,
} from "#lib/core/fraction";
import { type PieceUnit, type PriceComponents, pieceUnits, type TokenUnit, tokenUnits } from "./units.ts";

/** Model multiplier 1 is $2 per million input tokens: 2,000 nano-USD a token. */
export const nanoUsdPerMultiplier: Fraction = { num: 2000n, den: 1n };

/** The multiplier that states each kind of token's price; all but the first relate to the input price. */
export const multiplierNames = {
  input: "modelMultiplier",
  output: "completionMultiplier",
  cacheRead: "cacheReadMultiplier",
  cacheWrite5m: "cacheWrite5mMultiplier",
  cacheWrite1h: "cacheWrite1hMultiplier",
  imageInput: "imageInputMultiplier",
  imageOutput: "imageOutputMultiplier",
  audioInput: "audioInputMultiplier",
  audioOutput: "audioOutputMultiplier",
  reasoning: "reasoningMultiplier",
} as const satisfies Record<TokenUnit, string>;

export type MultiplierName = (typeof multiplierNames)[TokenUnit];

/** A price in the field's convention. Pieces have no multiplier: `fixedPrices` are nano-USD per piece. */
export type Multipliers = Partial<Record<MultiplierName, Fraction>> & {
  readonly fixedPrices: Partial<Record<PieceUnit, Fraction>>;
};

/**
 * Prices as multipliers: model = input ÷ 2,000 nano-USD, every other kind of token = its price ÷ the input
 * price. $0.15/M in and $0.60/M out is 0.075 and 4. Where input is free (model multiplier 0) or has no price
 * (none), the others relate to 2,000 nano-USD instead, so that nothing is lost.
 */
export function toMultipliers(components: PriceComponents): Multipliers {
  const base = baseOf(components.input);
  const multipliers: Partial<Record<MultiplierName, Fraction>> = {};
  for (const unit of tokenUnits) {
    const price = components[unit];
    if (price === undefined) continue;
    multipliers[multiplierNames[unit]] = divideFractions(
      price,
      unit === "input" ? nanoUsdPerMultiplier : base,
    );
  }
  return { ...multipliers, fixedPrices: pick(components) };
}

/** The exact inverse of `toMultipliers`. */
export function fromMultipliers(multipliers: Multipliers): PriceComponents {
  const { modelMultiplier } = multipliers;
  const input = modelMultiplier && multiplyFractions(modelMultiplier, nanoUsdPerMultiplier);
  const base = baseOf(input);
  const components: PriceComponents = pick(multipliers.fixedPrices);
  for (const unit of tokenUnits) {
    const multiplier = multipliers[multiplierNames[unit]];
    if (multiplier === undefined) continue;
    components[unit] = multiplyFractions(multiplier, unit === "input" ? nanoUsdPerMultiplier : base);
  }
  return components;
}

/** "0.075" where the decimal is finite, else the fraction and its value to four places: "25/3 ≈ 8.3333". */
export function displayMultiplier(multiplier: Fraction): string {
  return (
    formatDecimal(multiplier) ??
    `${formatFraction(multiplier)} ≈ ${approximate(multiplier.num, multiplier.den)}`
  );
}

function baseOf(input: Fraction | undefined): Fraction {
  return input === undefined || input.num === 0n ? nanoUsdPerMultiplier : input;
}

function pick(prices: Partial<Record<PieceUnit, Fraction>>): Partial<Record<PieceUnit, Fraction>> {
  return Object.fromEntries(
    pieceUnits.flatMap((unit) => (prices[unit] === undefined ? [] : [[unit, prices[unit]]])),
  );
}

function approximate(num: bigint, den: bigint): string {
  const scaled = (2n * num * 10_000n + den) / (2n * den);
  return `${scaled / 10_000n}.${String(scaled % 10_000n).padStart(4, "0")}`;
}
