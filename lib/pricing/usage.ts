import {
  billedUnit,
  isPieceUnit,
  type PriceComponents,
  type PriceUnit,
  priceUnits,
  type TokenUnit,
  tokenUnits,
} from "./units.ts";

/**
 * What one call used; whole numbers of at least 0. `promptTokens` is the total that includes cached, image
 * and audio input; `completionTokens` is the total that includes reasoning, image and audio output.
 */
export type Usage = {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens5m: number;
  readonly cacheWriteTokens1h: number;
  readonly imageInputTokens: number;
  readonly imageOutputTokens: number;
  readonly audioInputTokens: number;
  readonly audioOutputTokens: number;
  readonly reasoningTokens: number;
  readonly images: number;
  readonly videoSeconds: number;
  readonly audioSeconds: number;
  readonly characters: number;
  readonly calls: number;
};

/** The token counts among it. */
export type TokenCounts = Pick<
  Usage,
  | "promptTokens"
  | "completionTokens"
  | "cacheReadTokens"
  | "cacheWriteTokens5m"
  | "cacheWriteTokens1h"
  | "imageInputTokens"
  | "imageOutputTokens"
  | "audioInputTokens"
  | "audioOutputTokens"
  | "reasoningTokens"
>;

export type Quantities = Partial<Record<PriceUnit, number>>;

export const noUsage: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens5m: 0,
  cacheWriteTokens1h: 0,
  imageInputTokens: 0,
  imageOutputTokens: 0,
  audioInputTokens: 0,
  audioOutputTokens: 0,
  reasoningTokens: 0,
  images: 0,
  videoSeconds: 0,
  audioSeconds: 0,
  characters: 0,
  calls: 0,
};

/**
 * Usage as quantities per unit that this model bills: each token counted once, kinds without a price of
 * their own counted with the kind that stands in for them; units of which nothing was used are left out.
 * Throws a RangeError when a figure is negative or not whole.
 */
export function splitUsage(usage: Usage, components: PriceComponents): Quantities {
  assertWhole(usage);
  const used = { ...splitTokens(usage), ...pieces(usage) };
  const quantities: Quantities = {};
  for (const unit of tokenUnits) {
    const target = billedUnit(unit, components);
    quantities[target] = (quantities[target] ?? 0) + (used[unit] ?? 0);
  }
  for (const unit of priceUnits) if (isPieceUnit(unit)) quantities[unit] = used[unit] ?? 0;
  return Object.fromEntries(Object.entries(quantities).filter(([, quantity]) => quantity > 0));
}

/**
 * The units for which this usage would have to be refused: tokens of a model sold by the token that no price
 * covers, or everything used when none of it has a price. Empty means that it can be billed.
 */
export function missingUnits(usage: Usage, components: PriceComponents): PriceUnit[] {
  const quantities = splitUsage(usage, components);
  const used = priceUnits.filter((unit) => quantities[unit] !== undefined);
  const unpriced = used.filter((unit) => components[unit] === undefined);
  const sellsTokens = tokenUnits.some((unit) => components[unit] !== undefined);
  const unpricedTokens = unpriced.filter((unit) => !isPieceUnit(unit));
  if (Object.keys(components).length === 0) return used.length > 0 ? used : ["call"];
  if (sellsTokens && unpricedTokens.length > 0) return unpricedTokens;
  if (unpriced.length < used.length) return [];
  // Most models have no price per call and need none: a call that used nothing else costs nothing.
  return unpriced.filter((unit) => unit !== "call");
}

/** Parts never exceed their total: what upstream counts twice (cached audio) is billed as the part named first. */
export function splitTokens(usage: TokenCounts): Partial<Record<TokenUnit, number>> {
  const split: Partial<Record<TokenUnit, number>> = {};
  let input = usage.promptTokens;
  input -= takePart(split, "cacheRead", usage.cacheReadTokens, input);
  input -= takePart(split, "cacheWrite5m", usage.cacheWriteTokens5m, input);
  input -= takePart(split, "cacheWrite1h", usage.cacheWriteTokens1h, input);
  input -= takePart(split, "audioInput", usage.audioInputTokens, input);
  input -= takePart(split, "imageInput", usage.imageInputTokens, input);
  let output = usage.completionTokens;
  output -= takePart(split, "audioOutput", usage.audioOutputTokens, output);
  output -= takePart(split, "imageOutput", usage.imageOutputTokens, output);
  output -= takePart(split, "reasoning", usage.reasoningTokens, output);
  split.input = input;
  split.output = output;
  return split;
}

/** Most calls have no parts: those are left out. */
function takePart(
  into: Partial<Record<TokenUnit, number>>,
  unit: TokenUnit,
  tokens: number,
  rest: number,
): number {
  const taken = Math.min(tokens, rest);
  if (taken !== 0) into[unit] = taken;
  return taken;
}

function pieces(usage: Usage): Quantities {
  return {
    call: usage.calls,
    image: usage.images,
    videoSecond: usage.videoSeconds,
    audioSecond: usage.audioSeconds,
    character: usage.characters,
  };
}

function assertWhole(usage: Usage): void {
  for (const [name, figure] of Object.entries(usage)) {
    if (!Number.isSafeInteger(figure) || figure < 0) throw new RangeError(`usage.${name} is ${figure}`);
  }
}
