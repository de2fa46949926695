import type { CatalogueModel, SyncPolicy } from "./catalogue.ts";
import { displayPrices } from "./display.ts";
import { driftPercent } from "./drift.ts";
import type { OfficialFinding } from "./official-schema.ts";
import { type PriceState, samePrices } from "./state.ts";
import type { PriceComponents } from "./units.ts";

/** A model that the catalogue has. `official` {}: none is known. `sourceDate` ISO date; "" of an operator's own model. */
export type KnownModel = {
  readonly id: string;
  readonly vendor: string;
  readonly syncPolicy: SyncPolicy;
  readonly official: PriceComponents;
  readonly sourceDate: string;
};

export type Comparison = {
  /** Models whose official price is another now, and those that the catalogue lacks. */
  readonly refreshed: readonly CatalogueModel[];
  readonly added: readonly CatalogueModel[];
  /** What follows the official price and does not have it: model and that price. */
  readonly proposed: readonly CatalogueModel[];
  readonly items: readonly OfficialFinding[];
};

/**
 * What differs between an official list and what stands. A figure that was read later than the list's stays. `named`:
 * models that some version names; what an operator has withdrawn is not proposed again.
 */
export function compareOfficial(
  list: readonly CatalogueModel[],
  known: readonly KnownModel[],
  { state, named }: { state: PriceState; named: ReadonlySet<string> },
): Comparison {
  const byId = new Map(known.map((model) => [model.id, model]));
  const listed = new Set(list.map(({ id }) => id));
  const newest = list.reduce((latest, { sourceDate }) => (sourceDate > latest ? sourceDate : latest), "");
  const current = list.filter((model) => (byId.get(model.id)?.sourceDate ?? "") <= model.sourceDate);
  const refreshed = current.filter((model) => {
    const before = byId.get(model.id);
    return before !== undefined && !samePrices(before.official, model.components);
  });
  const added = current.filter(({ id }) => !byId.has(id));
  const found = current.flatMap((model) => findingOf(model, byId.get(model.id), { state, named }));
  const gone = known
    .filter((model) => isGone(model, listed, newest))
    .map((model) => toItem("gone", model, { ours: state.models.get(model.id), official: model.official }));
  const proposedIds = new Set(found.filter(({ what }) => what === "proposed").map(({ model }) => model));
  return {
    refreshed,
    added,
    proposed: current.filter(({ id }) => proposedIds.has(id)),
    items: [...found, ...gone],
  };
}

function findingOf(
  model: CatalogueModel,
  before: KnownModel | undefined,
  { state, named }: { state: PriceState; named: ReadonlySet<string> },
): OfficialFinding[] {
  const ours = state.models.get(model.id);
  if (samePrices(ours, model.components)) return [];
  const isWithdrawn = ours === undefined && named.has(model.id);
  if (isWithdrawn) return [];
  const follows = (before?.syncPolicy ?? model.syncPolicy) === "official";
  const what = follows ? "proposed" : ours === undefined ? "new" : "drift";
  const hasMoved = before !== undefined && !samePrices(before.official, model.components);
  return [
    toItem(what, model, {
      ours,
      official: model.components,
      ...(hasMoved ? { before: before.official } : {}),
    }),
  ];
}

/** An operator's own model was never listed; one that was read later than this list may be on a newer one. */
function isGone(
  { id, official, sourceDate }: KnownModel,
  listed: ReadonlySet<string>,
  newest: string,
): boolean {
  return !listed.has(id) && Object.keys(official).length > 0 && sourceDate !== "" && sourceDate <= newest;
}

function toItem(
  what: OfficialFinding["what"],
  { id, vendor }: { id: string; vendor: string },
  prices: { ours: PriceComponents | undefined; official: PriceComponents; before?: PriceComponents },
): OfficialFinding {
  const { ours, official, before } = prices;
  return {
    what,
    model: id,
    vendor,
    ours: ours === undefined ? null : displayPrices(ours),
    official: what === "gone" ? null : displayPrices(official),
    before: what === "gone" ? displayPrices(official) : before === undefined ? null : displayPrices(before),
    percent: ours === undefined || what === "gone" ? null : driftPercent(ours, official),
  };
}
