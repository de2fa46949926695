import { countServingChannels } from "#lib/channels/store";
import { notFound } from "#lib/core/errors";
import { currentPrices } from "#lib/pricing/current";
import { loadPublishedVersions } from "#lib/pricing/store";
import type { ListModels, Model } from "./schema.ts";
import { findModelRow, listModelRows, type ModelPosition } from "./store.ts";
import { toModel } from "./view.ts";

/** Up to `limit` + 1 models in the query's order, after a position. */
export async function listModels(query: ListModels, after?: ModelPosition): Promise<Model[]> {
  const [versions, serving] = await Promise.all([loadPublishedVersions(), countServingChannels()]);
  const prices = currentPrices(versions, Date.now()).models;
  const soldIds = [...serving.keys()].filter((id) => prices.has(id));
  const rows = await listModelRows(query, after, amongSold(query.sold, soldIds));
  return rows.map((row) => toModel(row, prices.get(row.id), serving.get(row.id) ?? 0));
}

/** Throws 404 when the catalogue lacks it. */
export async function getModel(id: string): Promise<Model> {
  const row = await findModelRow(id);
  if (row === undefined) throw notFound("model");
  const [versions, serving] = await Promise.all([loadPublishedVersions(), countServingChannels([id])]);
  const price = currentPrices(versions, Date.now()).models.get(id);
  return toModel(row, price, serving.get(id) ?? 0);
}

function amongSold(sold: boolean | undefined, ids: string[]) {
  if (sold === undefined) return undefined;
  return sold ? { in: ids } : { notIn: ids };
}
