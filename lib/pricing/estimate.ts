import {
  addFractions,
  type Fraction,
  fractionFromInteger,
  maxFraction,
  multiplyFractions,
  roundUp,
  zero,
} from "#lib/core/fraction";
import type { Unpriced } from "./bill.ts";
import { pricesUpTo } from "./tiers.ts";
import { inputUnits, outputUnits, type PriceComponents, type TokenUnit } from "./units.ts";
import { missingUnits, noUsage } from "./usage.ts";

export type HoldRequest = {
  readonly promptTokens: number;
  readonly outputBoundTokens: number;
  readonly images?: number;
  readonly videoSeconds?: number;
  readonly audioSeconds?: number;
  readonly characters?: number;
  readonly components: PriceComponents;
  readonly groupMultiplier: Fraction;
};

export type Hold = { readonly priced: true; readonly holdNanoUsd: bigint };

/**
 * The most that one call within these bounds can cost, in whole nano-USD rounded up: every prompt token at
 * the model's dearest input price, every output token at its dearest output price, one call, the pieces.
 * `billUsage` of any usage within the bounds never exceeds it.
 */
export function holdFor(request: HoldRequest): Hold | Unpriced {
  const holds = pricesUpTo(request.components, request.promptTokens).map((components) =>
    holdAt({ ...request, components }),
  );
  return holds.reduce((most, hold) => {
    if (!most.priced || !hold.priced) return most.priced ? hold : most;
    return hold.holdNanoUsd > most.holdNanoUsd ? hold : most;
  });
}

function holdAt(request: HoldRequest): Hold | Unpriced {
  const { components } = request;
  const { images = 0, videoSeconds = 0, audioSeconds = 0, characters = 0 } = request;
  const bound = {
    ...noUsage,
    ...{ promptTokens: request.promptTokens, completionTokens: request.outputBoundTokens },
    ...{ images, videoSeconds, audioSeconds, characters, calls: 1 },
  };
  const missing = missingUnits(bound, components);
  if (missing.length > 0) return { priced: false, missingUnits: missing };
  const total = [
    times(dearest(inputUnits, components), request.promptTokens),
    times(dearest(outputUnits, components), request.outputBoundTokens),
    components.call ?? zero,
    times(components.image, images),
    times(components.videoSecond, videoSeconds),
    times(components.audioSecond, audioSeconds),
    times(components.character, characters),
  ].reduce(addFractions, zero);
  return { priced: true, holdNanoUsd: roundUp(multiplyFractions(total, request.groupMultiplier)) };
}

function dearest(units: readonly TokenUnit[], components: PriceComponents): Fraction {
  return units.map((unit) => components[unit] ?? zero).reduce(maxFraction, zero);
}

function times(price: Fraction | undefined, quantity: number): Fraction {
  return price === undefined ? zero : multiplyFractions(price, fractionFromInteger(quantity));
}
