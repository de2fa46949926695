import { notFound } from "#lib/core/errors";
import { one } from "#lib/core/fraction";
import { type CurrentPrices, currentPrices } from "#lib/pricing/current";
import { displayExact } from "#lib/pricing/display";
import { loadPublishedVersions } from "#lib/pricing/store";
import type { Group } from "./schema.ts";
import { findGroupRow, type GroupRow, listGroupRows } from "./store.ts";

/** Up to `limit` + 1 groups by id, after the id `after`. */
export async function listGroups(limit: number, after?: string): Promise<Group[]> {
  const [rows, versions] = await Promise.all([listGroupRows(limit, after), loadPublishedVersions()]);
  const prices = currentPrices(versions, Date.now());
  return rows.map((row) => toGroup(row, prices));
}

/** Throws 404 when there is none. */
export async function getGroup(id: string): Promise<Group> {
  const [row, versions] = await Promise.all([findGroupRow(id), loadPublishedVersions()]);
  if (row === undefined) throw notFound("group");
  return toGroup(row, currentPrices(versions, Date.now()));
}

function toGroup(row: GroupRow, prices: CurrentPrices): Group {
  return { ...row, multiplier: displayExact(prices.groups.get(row.id) ?? one) };
}
