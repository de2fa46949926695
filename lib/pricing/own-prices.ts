import { multiplyFractions, one, subtractFractions } from "#lib/core/fraction";
import { displayConditions, displayExact, displayMultipliers, displayPrices } from "./display.ts";
import { driftPercent } from "./drift.ts";
import type { OwnPrice } from "./own-prices-schema.ts";
import { isOutside } from "./reason.ts";
import type { PriceState } from "./state.ts";
import type { PriceComponents } from "./units.ts";

/** What a published version said of an account's price for a model; without components it went back to the list's. */
export type OwnEntry = {
  readonly modelId: string;
  readonly components: PriceComponents;
  readonly reason: string | null;
  readonly versionId: string;
  readonly effectiveAtMs: number;
};

type Known = { vendor: string; official: PriceComponents | undefined };

/** One account's own prices, those to come among them, by model. `entries` in the order in which they take effect. */
export function toOwnPrices(
  entries: readonly OwnEntry[],
  { models }: Pick<PriceState, "models">,
  known: ReadonlyMap<string, Known>,
  nowMs: number,
): OwnPrice[] {
  const byModel = Map.groupBy(entries, ({ modelId }) => modelId);
  return [...byModel]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([modelId, all]): OwnPrice[] => {
      const now = all.findLast(({ effectiveAtMs }) => effectiveAtMs <= nowMs);
      const coming = all.filter(({ effectiveAtMs }) => effectiveAtMs > nowMs);
      const own = now !== undefined && isPrice(now) ? now : undefined;
      if (own === undefined && coming.length === 0) return [];
      const { vendor = "", official = {} } = known.get(modelId) ?? {};
      const list = models.get(modelId);
      return [
        {
          ...{ model: modelId, vendor, official: displayPrices(official) },
          ...ownFigures(own, official),
          list: list === undefined ? null : displayPrices(list),
          upcoming: coming.map((entry) => ({
            effectiveAt: new Date(entry.effectiveAtMs).toISOString(),
            priceVersionId: entry.versionId,
            price: isPrice(entry) ? displayPrices(entry.components) : null,
          })),
        },
      ];
    });
}

/** Percent off, of what an account pays of everything: 19/20 is "5". Null where it pays all of it. */
export function discountPercent(paid: PriceState["discounts"], accountId: string): string | null {
  const share = paid.get(accountId);
  if (share === undefined) return null;

  return displayExact(multiplyFractions(subtractFractions(one, share), { num: 100n, den: 1n }));
}

function ownFigures(own: OwnEntry | undefined, official: PriceComponents) {
  const components = own?.components;
  return {
    price: components === undefined ? null : displayPrices(components),
    multipliers: components === undefined ? null : displayMultipliers(components),
    ...displayConditions(components),
    ofOfficial: components === undefined ? null : driftPercent(components, official),
    outside: components !== undefined && isOutside(components, official),
    reason: own?.reason ?? null,
    effectiveAt: own === undefined ? null : new Date(own.effectiveAtMs).toISOString(),
    priceVersionId: own?.versionId ?? null,
  };
}

function isPrice({ components }: OwnEntry): boolean {
  return Object.keys(components).length > 0;
}
