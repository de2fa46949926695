import { slotCuts } from "./hours.ts";
import type { PriceState } from "./state.ts";
import type { PriceComponents } from "./units.ts";

/** Billed usage of one account, line, model and length of prompt. Counts are exact. */
export type DayCell = {
  accountId: string;
  groupId: string;
  model: string;
  /** `contextStepOf` the prompt. */
  step: number;
  requests: number;
  /** In the order of `tokenUnits`. */
  tokens: readonly bigint[];
  images: bigint;
  seconds: bigint;
  characters: bigint;
  /** What was charged, nano-USD. */
  billed: bigint;
};

/** Usage that shares a price: also the hour and the image where some price asks for them. */
export type UsageCell = DayCell & {
  /** A half hour of the stretch; null: at any time, or not known any more. */
  slot: number | null;
  /** As rows name it; "" where it does not matter, or nothing was said. */
  imageKind: string;
};

/** The models that some of these prices, or the official one, price by the hour or the image. */
export function conditionalModels(
  states: readonly PriceState[],
  official: ReadonlyMap<string, { official: PriceComponents | undefined }>,
): { models: string[]; cuts: number[] } {
  const priced = [
    ...states.flatMap(({ models, accounts }) => [
      ...models,
      ...[...accounts.values()].map(({ modelId, components }) => [modelId, components] as const),
    ]),
    ...[...official].flatMap(([model, one]) =>
      one.official === undefined ? [] : [[model, one.official] as const],
    ),
  ].filter(([, { hours, images }]) => hours !== undefined || images !== undefined);
  return {
    models: [...new Set(priced.map(([model]) => model))].sort(),
    cuts: slotCuts(...priced.map(([, components]) => components)),
  };
}

/**
 * All usage once: of conditional models by the hour and the image, and what days hold beyond that (of before it was kept,
 * or after it went) at no hour and no image in particular.
 */
export function splitCells(days: readonly DayCell[], slots: readonly UsageCell[]): UsageCell[] {
  const kept = new Map<string, DayCell>();
  for (const cell of slots) {
    const before = kept.get(keyOf(cell));
    kept.set(keyOf(cell), before === undefined ? cell : combine(before, cell, 1n));
  }
  const rest = days.flatMap((day): UsageCell[] => {
    const slotted = kept.get(keyOf(day));
    const left = slotted === undefined ? day : combine(day, slotted, -1n);
    return left.requests > 0 ? [{ ...left, slot: null, imageKind: "" }] : [];
  });
  return [...slots, ...rest];
}

function keyOf({ accountId, groupId, model, step }: DayCell): string {
  return JSON.stringify([accountId, groupId, model, step]);
}

function combine(left: DayCell, right: DayCell, times: 1n | -1n): DayCell {
  return {
    ...left,
    requests: left.requests + Number(times) * right.requests,
    tokens: left.tokens.map((tokens, index) => tokens + times * (right.tokens[index] ?? 0n)),
    images: left.images + times * right.images,
    seconds: left.seconds + times * right.seconds,
    characters: left.characters + times * right.characters,
    billed: left.billed + times * right.billed,
  };
}
