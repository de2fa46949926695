import { compareFractions, multiplyFractions } from "#lib/core/fraction";
import { type PriceComponents, type PriceTier, tokenUnits } from "./units.ts";

/**
 * Where official prices have a step, in prompt tokens: usage rollups are kept by these, so that a new price can be tried
 * on past traffic. A tier of any other threshold is refused.
 */
export const contextSteps = [128_000, 199_999, 200_000, 271_999, 272_000, 512_000] as const;

const made = new WeakMap<PriceComponents, Map<PriceTier, PriceComponents>>();

/**
 * The prices of a call with so many prompt tokens, without tiers: the same object for the same tier, so that what is
 * made of it once (rate.ts) is found again. Without tiers the prices themselves.
 */
export function pricesAt(components: PriceComponents, promptTokens: number): PriceComponents {
  const tier = components.tiers?.findLast(({ above }) => promptTokens > above);
  if (tier === undefined) return components;
  const known = made.get(components) ?? new Map<PriceTier, PriceComponents>();
  made.set(components, known);
  const prices = known.get(tier) ?? inTier(components, tier);
  known.set(tier, prices);
  return prices;
}

/** Every price list that a call with at most so many prompt tokens can come under. */
export function pricesUpTo(components: PriceComponents, promptTokens: number): PriceComponents[] {
  const reached = components.tiers?.filter(({ above }) => promptTokens > above) ?? [];
  return [components, ...reached.map(({ above }) => pricesAt(components, above + 1))];
}

/** The index of the step that a call is above, 0 for none: as rollups number them. */
export function contextStepOf(promptTokens: number): number {
  return contextSteps.filter((step) => promptTokens > step).length;
}

/** A prompt's length that stands for all of a step. */
export function promptOfStep(step: number): number {
  return step === 0 ? 0 : (contextSteps[step - 1] ?? 0) + 1;
}

export function sameTiers(left: readonly PriceTier[] = [], right: readonly PriceTier[] = []): boolean {
  return (
    left.length === right.length &&
    left.every((tier, index) => {
      const other = right[index];
      return (
        other?.above === tier.above &&
        tokenUnits.every((unit) => {
          const [one, two] = [tier.factors[unit], other.factors[unit]];
          if (one === undefined || two === undefined) return one === two;
          return compareFractions(one, two) === 0;
        })
      );
    })
  );
}

function inTier({ tiers: _, ...base }: PriceComponents, { factors }: PriceTier): PriceComponents {
  const prices: PriceComponents = { ...base };
  for (const unit of tokenUnits) {
    const [price, factor] = [base[unit], factors[unit]];
    if (price !== undefined && factor !== undefined) prices[unit] = multiplyFractions(price, factor);
  }
  return prices;
}
