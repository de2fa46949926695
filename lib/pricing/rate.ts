import { type Fraction, formatFraction } from "#lib/core/fraction";
import { toMultipliers } from "./multipliers.ts";
import { pricesAt, pricesUpTo } from "./tiers.ts";
import {
  billedUnit,
  inputUnits,
  outputUnits,
  type PriceComponents,
  type PriceUnit,
  priceUnits,
  tokenUnits,
} from "./units.ts";
import type { Usage } from "./usage.ts";

/**
 * A model's prices made ready for the hot path: whole numerators over one common denominator, nano-USD per unit.
 * It says exactly what `billUsage` and `holdFor` say (a test compares them), without making a fraction per term.
 */
export type Rate = {
  readonly den: bigint;
  /** Price of each unit as it is billed, its stand-in's included; undefined: no price covers it. */
  readonly prices: Readonly<Record<PriceUnit, bigint | undefined>>;
  readonly dearestInput: bigint;
  readonly dearestOutput: bigint;
  /** As log rows carry them. */
  readonly modelMultiplier: string | null;
  readonly completionMultiplier: string | null;
};

const rates = new WeakMap<PriceComponents, Rate>();

/** The rate of a price for a call with so many prompt tokens; made once per price object and tier. */
export function rateFor(components: PriceComponents, promptTokens: number): Rate {
  return components.tiers === undefined ? rateOf(components) : rateOf(pricesAt(components, promptTokens));
}

/** The most that a call within these bounds costs under any tier that it can come under; undefined: it has no price. */
export function holdWithin(
  bounds: { promptTokens: number; outputTokens: number },
  components: PriceComponents,
  groupMultiplier: Fraction,
): bigint | undefined {
  if (components.tiers === undefined) return tokenHold(bounds, rateOf(components), groupMultiplier);
  const holds = pricesUpTo(components, bounds.promptTokens).map((prices) =>
    tokenHold(bounds, rateOf(prices), groupMultiplier),
  );
  return holds.reduce((most, hold) =>
    most !== undefined && hold !== undefined && hold < most ? most : hold,
  );
}

/** The rate of a price without its tiers; made once per price object. */
export function rateOf(components: PriceComponents): Rate {
  const known = rates.get(components);
  if (known !== undefined) return known;
  const made = makeRate(components);
  rates.set(components, made);
  return made;
}

/**
 * The bill of a call in nano-USD: Σ (quantity × price) × group multiplier, rounded once, half up. undefined where
 * `billUsage` refuses or has to think (something used has no price, or pieces were used): ask it then.
 */
export function tokenCost(
  usage: Usage,
  { prices, den }: Rate,
  groupMultiplier: Fraction,
): bigint | undefined {
  if (usage.images + usage.videoSeconds + usage.audioSeconds + usage.characters > 0) return undefined;
  if (prices.input === undefined) return undefined;
  if (prices.output === undefined && usage.completionTokens > 0) return undefined;
  let sum = BigInt(usage.calls) * (prices.call ?? 0n);
  let rest = usage.promptTokens;
  const take = (tokens: number, price: bigint | undefined): void => {
    const taken = Math.min(tokens, rest);
    rest -= taken;
    if (taken > 0) sum += BigInt(taken) * (price ?? 0n);
  };
  take(usage.cacheReadTokens, prices.cacheRead);
  take(usage.cacheWriteTokens5m, prices.cacheWrite5m);
  take(usage.cacheWriteTokens1h, prices.cacheWrite1h);
  take(usage.audioInputTokens, prices.audioInput);
  take(usage.imageInputTokens, prices.imageInput);
  take(rest, prices.input);
  rest = usage.completionTokens;
  take(usage.audioOutputTokens, prices.audioOutput);
  take(usage.imageOutputTokens, prices.imageOutput);
  take(usage.reasoningTokens, prices.reasoning);
  take(rest, prices.output);
  return halfUp(sum * groupMultiplier.num, den * groupMultiplier.den);
}

/** The most that a call within these bounds costs, in nano-USD, rounded up; undefined: tokens of it have no price. */
export function tokenHold(
  bounds: { promptTokens: number; outputTokens: number },
  { prices, den, dearestInput, dearestOutput }: Rate,
  groupMultiplier: Fraction,
): bigint | undefined {
  if (prices.input === undefined) return undefined;
  // What makes vectors has no price for an output.
  if (prices.output === undefined && bounds.outputTokens > 0) return undefined;
  const tokens = BigInt(bounds.promptTokens) * dearestInput + BigInt(bounds.outputTokens) * dearestOutput;
  const num = (tokens + (prices.call ?? 0n)) * groupMultiplier.num;
  const by = den * groupMultiplier.den;
  return (num + by - 1n) / by;
}

function makeRate(components: PriceComponents): Rate {
  const den = priceUnits.reduce((common, unit) => lcm(common, components[unit]?.den ?? 1n), 1n);
  const scaled = (price: Fraction | undefined) => price && (price.num * den) / price.den;
  const prices = {} as Record<PriceUnit, bigint | undefined>;
  for (const unit of tokenUnits) prices[unit] = scaled(components[billedUnit(unit, components)]);
  for (const unit of ["call", "image", "videoSecond", "audioSecond", "character"] as const) {
    prices[unit] = scaled(components[unit]);
  }
  const dearest = (units: readonly PriceUnit[]) =>
    units
      .map((unit) => scaled(components[unit]) ?? 0n)
      .reduce((most, price) => (price > most ? price : most), 0n);
  const { modelMultiplier, completionMultiplier } = toMultipliers(components);
  return {
    den,
    prices,
    dearestInput: dearest(inputUnits),
    dearestOutput: dearest(outputUnits),
    modelMultiplier: modelMultiplier === undefined ? null : formatFraction(modelMultiplier),
    completionMultiplier: completionMultiplier === undefined ? null : formatFraction(completionMultiplier),
  };
}

/** Prices and quantities are never negative. */
function halfUp(num: bigint, den: bigint): bigint {
  return (2n * num + den) / (2n * den);
}

function lcm(left: bigint, right: bigint): bigint {
  return (left / gcd(left, right)) * right;
}

function gcd(left: bigint, right: bigint): bigint {
  return right === 0n ? left : gcd(right, left % right);
}
