import { type Fraction, multiplyFractions, one } from "#lib/core/fraction";
import { momentOfSlot, pricesAtHour } from "./hours.ts";
import { askedOfKind, pricesOfImage } from "./image-prices.ts";
import { rateOf } from "./rate.ts";
import { isOutside } from "./reason.ts";
import { accountKey, type PriceState } from "./state.ts";
import { pricesAt, promptOfStep } from "./tiers.ts";
import { type PriceComponents, tokenUnits } from "./units.ts";
import type { UsageCell } from "./usage-cells.ts";

/** Nano-USD. Of what has no price nothing is counted, but its requests are. */
export type Rated = { requests: number; billed: bigint; before: bigint; after: bigint; official: bigint };

export type Preview = {
  total: Rated;
  accounts: ReadonlyMap<string, Rated>;
  models: ReadonlyMap<string, Rated>;
  /** Requests of models that the new prices do not price: they would be refused. */
  refused: ReadonlyMap<string, number>;
};

/**
 * What past usage would have cost: under the prices that stand, under those asked about, and at official prices (without
 * line multipliers). Sums are exact but for one rounding per cell; bills round once per request, so a difference of up to
 * ±0.5 nano-USD per request is theirs.
 */
export function ratePreview(
  cells: readonly UsageCell[],
  states: { before: PriceState; after: PriceState },
  officialOf: (model: string) => PriceComponents | undefined,
): Preview {
  const total = noneRated();
  const accounts = new Map<string, Rated>();
  const models = new Map<string, Rated>();
  const refused = new Map<string, number>();
  for (const cell of cells) {
    const after = costUnder(states.after, cell);
    if (after === undefined) refused.set(cell.model, (refused.get(cell.model) ?? 0) + cell.requests);
    const rated: Rated = {
      requests: cell.requests,
      billed: cell.billed,
      before: costUnder(states.before, cell) ?? 0n,
      after: after ?? 0n,
      official: officialCost(cell, officialOf(cell.model)),
    };
    for (const into of [total, entryOf(accounts, cell.accountId), entryOf(models, cell.model)])
      add(into, rated);
  }
  return { total, accounts, models, refused };
}

/** Models of a state that cost less than half, or more than all, of the official price in some unit. */
export function outsideOfficial(
  state: PriceState,
  officialOf: (model: string) => PriceComponents | undefined,
): string[] {
  return [...state.models].flatMap(([model, components]) => {
    const official = officialOf(model);
    return official !== undefined && isOutside(components, official) ? [model] : [];
  });
}

function costUnder(state: PriceState, cell: UsageCell): bigint | undefined {
  const components =
    state.accounts.get(accountKey(cell.accountId, cell.model))?.components ?? state.models.get(cell.model);
  const group = state.groups.get(cell.groupId);
  if (components === undefined || group === undefined) return undefined;
  const discount = state.discounts.get(cell.accountId);
  return costOf(cell, components, discount === undefined ? group : multiplyFractions(group, discount));
}

function officialCost(cell: UsageCell, official: PriceComponents | undefined): bigint {
  return (official && costOf(cell, official, one)) ?? 0n;
}

/** undefined: there is no price for images of this kind. */
function costOf(cell: UsageCell, components: PriceComponents, group: Fraction): bigint | undefined {
  const situated = situate(cell, components);
  if (situated === undefined) return undefined;
  const { prices, den } = rateOf(situated);
  let sum = BigInt(cell.requests) * (prices.call ?? 0n);
  for (const [index, unit] of tokenUnits.entries()) sum += (cell.tokens[index] ?? 0n) * (prices[unit] ?? 0n);
  sum += cell.images * (prices.image ?? 0n) + cell.characters * (prices.character ?? 0n);
  sum += cell.seconds * (prices.videoSecond ?? prices.audioSecond ?? 0n);
  const [num, by] = [sum * group.num, den * group.den];
  return (2n * num + by) / (2n * by);
}

/** Where nobody knows when it was, the price of most of the day stands for it. */
function situate({ step, slot, imageKind, images }: UsageCell, components: PriceComponents) {
  const atHour = slot === null ? components : pricesAtHour(components, momentOfSlot(slot));
  const ofImage = images === 0n ? atHour : pricesOfImage(atHour, askedOfKind(imageKind));
  return ofImage && pricesAt(ofImage, promptOfStep(step));
}

function entryOf(map: Map<string, Rated>, key: string): Rated {
  const known = map.get(key) ?? noneRated();
  map.set(key, known);
  return known;
}

function add(into: Rated, rated: Rated): void {
  into.requests += rated.requests;
  into.billed += rated.billed;
  into.before += rated.before;
  into.after += rated.after;
  into.official += rated.official;
}

function noneRated(): Rated {
  return { requests: 0, billed: 0n, before: 0n, after: 0n, official: 0n };
}
