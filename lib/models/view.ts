import type { Model as ModelRow } from "#lib/db/generated/client";
import { modelKinds } from "#lib/pricing/catalogue";
import { displayConditions, displayMultipliers, displayPrices } from "#lib/pricing/display";
import { driftPercent } from "#lib/pricing/drift";
import { parseComponents } from "#lib/pricing/schema";
import type { PriceComponents } from "#lib/pricing/units";
import type { Model } from "./schema.ts";

export type ModelPrice = { readonly components: PriceComponents; readonly versionId: string };

/** A model as it is shown: the official price beside ours. Without `price` it is not sold. */
export function toModel(row: ModelRow, price: ModelPrice | undefined, channels: number): Model {
  const official = parseComponents(row.official);
  return {
    id: row.id,
    vendor: row.vendor,
    displayName: row.displayName,
    kind: modelKinds.find((kind) => kind === row.kind) ?? "task",
    contextWindow: row.contextWindow,
    maxOutputTokens: row.maxOutputTokens,
    reasoning: row.reasoning,
    syncPolicy: row.syncPolicy === "official" ? "official" : "manual",
    statedReason: row.statedReason,
    example: row.example,
    official: displayPrices(official),
    officialConditions: displayConditions(official),
    ...displayConditions(price?.components),
    price: price === undefined ? null : displayPrices(price.components),
    multipliers: price === undefined ? null : displayMultipliers(price.components),
    drift: price === undefined ? null : driftPercent(price.components, official),
    priceVersionId: price?.versionId ?? null,
    channels,
    sold: price !== undefined && channels > 0,
    source: row.officialSource,
    sourceDate: row.officialSourceDate,
  };
}
