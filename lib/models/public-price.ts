import type { Model as ModelRow } from "#lib/db/generated/client";
import { displayConditions, displayPrices } from "#lib/pricing/display";
import { isOutside } from "#lib/pricing/reason";
import { parseComponents } from "#lib/pricing/schema";
import type { PriceVersion } from "#lib/pricing/versions";
import type { PublicPrice, PublicPricesQuery } from "./public-schema.ts";
import { type ModelPrice, toModel } from "./view.ts";

/** What of versions to come names each model: when, and its prices then; null: withdrawn. */
export type Upcoming = ReadonlyMap<string, PublicPrice["upcoming"]>;

/** Published changes that have not taken effect by `nowMs`, by model, the next first. */
export function upcomingPrices(versions: readonly PriceVersion[], nowMs: number): Upcoming {
  const byModel = new Map<string, PublicPrice["upcoming"]>();
  const coming = versions
    .filter(({ effectiveAt }) => effectiveAt > nowMs)
    .sort((left, right) => left.effectiveAt - right.effectiveAt || left.number - right.number);
  for (const { id, effectiveAt, entries } of coming) {
    for (const entry of entries) {
      if (entry.kind !== "model") continue;
      const isWithdrawn = Object.keys(entry.components).length === 0;
      const change = {
        effectiveAt: new Date(effectiveAt).toISOString(),
        priceVersionId: id,
        price: isWithdrawn ? null : displayPrices(entry.components),
      };
      byModel.set(entry.modelId, [...(byModel.get(entry.modelId) ?? []), change]);
    }
  }
  return byModel;
}

/** A model as everybody may read it. `effectiveAtMs`: when the version that last named its price took effect. */
export function toPublicPrice(
  row: ModelRow,
  price: ModelPrice & { effectiveAtMs: number },
  { channels, upcoming }: { channels: number; upcoming: Upcoming },
): PublicPrice {
  const model = toModel(row, price, channels);
  const { vendor, kind, contextWindow, example, sold, official, source, sourceDate } = model;
  return {
    ...{ vendor, kind, contextWindow, example, sold, official, source, sourceDate },
    model: model.id,
    name: model.displayName,
    price: model.price ?? {},
    ...displayConditions(price.components),
    officialImages: model.officialConditions.images,
    multipliers: model.multipliers ?? {},
    ofOfficial: model.drift,
    policy: model.syncPolicy,
    reason: model.statedReason,
    outside: isOutside(price.components, parseComponents(row.official)),
    effectiveAt: new Date(price.effectiveAtMs).toISOString(),
    priceVersionId: price.versionId,
    upcoming: upcoming.get(model.id) ?? [],
  };
}

/** Whether a price is among what was asked for; `q` is looked for in id, name and vendor. */
export function isAsked(
  price: PublicPrice,
  { q, vendor, kind, sold }: Omit<PublicPricesQuery, "limit">,
): boolean {
  const text = q?.trim().toLowerCase() ?? "";
  return (
    (vendor === undefined || price.vendor === vendor) &&
    (kind === undefined || price.kind === kind) &&
    (sold === undefined || price.sold === sold) &&
    (text === "" ||
      [price.model, price.name, price.vendor].some((field) => field.toLowerCase().includes(text)))
  );
}
