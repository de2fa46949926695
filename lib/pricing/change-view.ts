import { type Fraction, multiplyFractions, one, subtractFractions } from "#lib/core/fraction";
import { displayExact, displayMultipliers, displayPrice, displayTiers } from "./display.ts";
import { causesOf, causesOfMultiplier } from "./reason.ts";
import { type PriceChange, ratioOf } from "./state.ts";
import { type PriceComponents, priceUnits } from "./units.ts";
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
    units: unitChanges(before, after, model?.official),
    multipliers: {
      before: before === undefined ? null : displayMultipliers(before),
      after: after === undefined ? null : displayMultipliers(after),
    },
    tiers: { before: displayTiers(before?.tiers), after: displayTiers(after?.tiers) },
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
  tiers: { before: [], after: [] },
  multiplier: null,
} satisfies Partial<PriceChangeAnswer>;

function unitChanges(
  before: PriceComponents | undefined,
  after: PriceComponents | undefined,
  official: PriceComponents | undefined,
): PriceChangeAnswer["units"] {
  return priceUnits.flatMap((unit) => {
    const [was, is, stated] = [before?.[unit], after?.[unit], official?.[unit]];
    if (was === undefined && is === undefined) return [];
    if (was !== undefined && is !== undefined && was.num * is.den === is.num * was.den) return [];
    const show = (price: Fraction | undefined) => (price === undefined ? null : displayPrice(unit, price));
    return [
      { unit, before: show(was), after: show(is), official: show(stated), percent: percentOf(was, is) },
    ];
  });
}

/** after ÷ before − 1 in percent, exact; null where there is nothing to compare with. */
function percentOf(before: Fraction | undefined, after: Fraction | undefined): string | null {
  const ratio = ratioOf(before, after);
  if (ratio === undefined) return null;
  return displayExact(multiplyFractions(subtractFractions(ratio, one), { num: 100n, den: 1n }));
}
