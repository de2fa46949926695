import {
  compareFractions,
  type Fraction,
  multiplyFractions,
  one,
  subtractFractions,
} from "#lib/core/fraction";
import { sameConditions } from "./conditions.ts";
import { displayConditions, displayExact, displayMultipliers, displayPrice, timeOfDay } from "./display.ts";
import { imageName } from "./image-prices.ts";
import { causesOf, causesOfMultiplier } from "./reason.ts";
import { pricesIn, type Situation } from "./situations.ts";
import { type PriceChange, ratioOf, sameFigure } from "./state.ts";
import { type PriceComponents, type PriceUnit, priceUnits } from "./units.ts";
import type { PriceChangeAnswer } from "./version-schema.ts";

/** What a change is shown beside. */
export type ChangeContext = {
  models: ReadonlyMap<
    string,
    { vendor: string; official: PriceComponents | undefined; followsOfficial: boolean }
  >;
  accountNames: ReadonlyMap<string, string>;
  reasonOf(change: PriceChange): string | null;
};

/** A change as the console and the API show it: each unit that differs, in USD and in percent. */
export function toChangeAnswer(change: PriceChange, context: ChangeContext): PriceChangeAnswer {
  const reason = context.reasonOf(change);
  if (change.kind === "group") {
    const { before, after } = change;
    return {
      ...nothing,
      kind: "group",
      group: change.groupId,
      multiplier: {
        before: before === undefined ? null : displayExact(before),
        after: after === undefined ? null : displayExact(after),
        percent: percentOf(before, after),
      },
      causes: causesOfMultiplier(before, after),
      reason,
    };
  }
  if (change.kind === "discount") {
    const { before, after, accountId } = change;
    return {
      ...nothing,
      kind: "discount",
      accountId,
      accountName: context.accountNames.get(accountId) ?? null,
      multiplier: {
        before: displayExact(before ?? one),
        after: displayExact(after ?? one),
        percent: percentOf(before ?? one, after ?? one),
      },
      causes: [],
      reason,
    };
  }
  const { before, after, modelId } = change;
  const model = context.models.get(modelId);
  const ofAccount = change.kind === "account" ? change.accountId : null;
  const followsOfficial = ofAccount === null && model?.followsOfficial === true;
  return {
    ...nothing,
    kind: change.kind,
    model: modelId,
    vendor: model?.vendor || null,
    accountId: ofAccount,
    accountName: ofAccount === null ? null : (context.accountNames.get(ofAccount) ?? null),
    units: [
      ...unitChanges(before, after, model?.official),
      ...conditionalChanges(before, after, model?.official),
    ],
    multipliers: {
      before: before === undefined ? null : displayMultipliers(before),
      after: after === undefined ? null : displayMultipliers(after),
    },
    ...conditionChanges(before, after),
    causes: causesOf({ before, after, official: model?.official, followsOfficial }),
    reason,
  };
}

const nothing = {
  model: null,
  vendor: null,
  group: null,
  accountId: null,
  accountName: null,
  units: [],
  multipliers: { before: null, after: null },
  ...conditionChanges(undefined, undefined),
  multiplier: null,
} satisfies Partial<PriceChangeAnswer>;

function conditionChanges(before: PriceComponents | undefined, after: PriceComponents | undefined) {
  const [was, is] = [displayConditions(before), displayConditions(after)];
  return {
    tiers: { before: was.tiers, after: is.tiers },
    hours: { before: was.hours, after: is.hours },
    images: { before: was.images, after: is.images },
  };
}

function unitChanges(
  before: PriceComponents | undefined,
  after: PriceComponents | undefined,
  official: PriceComponents | undefined,
): PriceChangeAnswer["units"] {
  return priceUnits.flatMap((unit) => unitChange(unit, [before?.[unit], after?.[unit], official?.[unit]]));
}

function unitChange(
  unit: PriceUnit,
  [was, is, stated]: readonly (Fraction | undefined)[],
  when: string | null = null,
): PriceChangeAnswer["units"] {
  if (was === undefined && is === undefined) return [];
  if (was !== undefined && is !== undefined && compareFractions(was, is) === 0) return [];
  const show = (price: Fraction | undefined) => (price === undefined ? null : displayPrice(unit, price));
  return [
    { unit, when, before: show(was), after: show(is), official: show(stated), percent: percentOf(was, is) },
  ];
}

/** Prices of long prompts, hours and images, where more than the unit's own price changed for them. */
function conditionalChanges(
  before: PriceComponents | undefined,
  after: PriceComponents | undefined,
  official: PriceComponents | undefined,
): PriceChangeAnswer["units"] {
  if (sameConditions(before, after)) return [];
  return namedSituations(before, after).flatMap(({ when, ...situation }) =>
    priceUnits.flatMap((unit) => {
      const prices = [before, after, official].map((one) => one && pricesIn(one, situation)?.[unit]);
      const factors = [before, after].map((one, side) => ratioOf(one?.[unit], prices[side]));
      return sameFigure(factors[0], factors[1]) ? [] : unitChange(unit, prices, when);
    }),
  );
}

/** Each condition of one of the two by itself, in words that need no language. */
function namedSituations(...prices: readonly (PriceComponents | undefined)[]) {
  const usual: Situation = { promptTokens: 0, atMs: 0, image: { size: null, quality: null } };
  const named = new Map<string, Situation>();
  for (const { tiers = [], hours = [], images = [] } of prices.flatMap((one) => one ?? [])) {
    for (const { above } of tiers)
      named.set(`> ${above.toLocaleString("en")} tokens`, { ...usual, promptTokens: above + 1 });
    for (const { from, to } of hours)
      named.set(`${timeOfDay(from)}–${timeOfDay(to)} UTC`, { ...usual, atMs: from * 60_000 });
    for (const image of images) named.set(imageName(image), { ...usual, image });
  }
  return [...named].map(([when, situation]) => ({ when, ...situation }));
}

/** after ÷ before − 1 in percent, exact; null where there is nothing to compare with. */
function percentOf(before: Fraction | undefined, after: Fraction | undefined): string | null {
  const ratio = ratioOf(before, after);
  if (ratio === undefined) return null;
  return displayExact(multiplyFractions(subtractFractions(ratio, one), { num: 100n, den: 1n }));
}
