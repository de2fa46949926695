import { remembered, sameFactors, withFactors } from "./factors.ts";
import type { PriceComponents, PriceTier } from "./units.ts";

/**
 * Where official prices have a step, in prompt tokens: usage rollups are kept by these, so that a new price can be tried
 * on past traffic. A tier of any other threshold is refused.
 */
export const contextSteps = [128_000, 199_999, 200_000, 271_999, 272_000, 512_000] as const;

const inTier = remembered<PriceTier>(({ tiers: _, ...base }, { factors }) => withFactors(base, factors));

/**
 * The prices of a call with so many prompt tokens, without tiers: the same object for the same tier. Without tiers the
 * prices themselves.
 */
export function pricesAt(components: PriceComponents, promptTokens: number): PriceComponents {
  const tier = components.tiers?.findLast(({ above }) => promptTokens > above);
  return tier === undefined ? components : inTier(components, tier);
}

/** Every price list that a call with at most so many prompt tokens can come under. */
export function pricesUpTo(components: PriceComponents, promptTokens: number): PriceComponents[] {
  const reached = components.tiers?.filter(({ above }) => promptTokens > above) ?? [];
  return [components, ...reached.map(({ above }) => pricesAt(components, above + 1))];
}

/** The index of the step that a call is above, 0 for none: as rollups number them. */
export function contextStepOf(promptTokens: number): number {
  let step = 0;
  while (promptTokens > (contextSteps[step] ?? Number.POSITIVE_INFINITY)) step += 1;
  return step;
}

/** A prompt's length that stands for all of a step. */
export function promptOfStep(step: number): number {
  return step === 0 ? 0 : (contextSteps[step - 1] ?? 0) + 1;
}

/** In their order, which ascends. */
export function sameTiers(left: readonly PriceTier[] = [], right: readonly PriceTier[] = []): boolean {
  return (
    left.length === right.length &&
    left.every(({ above, factors }, index) => {
      const other = right[index];
      return other?.above === above && sameFactors(factors, other.factors);
    })
  );
}
