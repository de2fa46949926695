import { formatFraction } from "#lib/core/fraction";
import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import { formatComponents, parseComponents } from "./schema.ts";
import { findVersionEntries, type ReasonedEntry } from "./store.ts";
import type { PriceComponents } from "./units.ts";

/** What is known of a model for pricing it. */
export type PricedModel = {
  id: string;
  vendor: string;
  /** undefined: it is not in the catalogue, a channel names it. */
  official: PriceComponents | undefined;
  followsOfficial: boolean;
};

/** The models of these ids that the catalogue has or a channel serves; all of the catalogue without ids. */
export async function loadPricedModels(ids?: readonly string[]): Promise<Map<string, PricedModel>> {
  const rows = await prisma().model.findMany({
    ...(ids === undefined ? {} : { where: { id: { in: [...ids] } } }),
    select: { id: true, vendor: true, official: true, syncPolicy: true },
  });
  const models = new Map<string, PricedModel>(
    rows.map(({ id, vendor, official, syncPolicy }) => [
      id,
      { id, vendor, official: parseComponents(official), followsOfficial: syncPolicy === "official" },
    ]),
  );
  const served = await prisma().channelModel.findMany({
    where: {
      channel: { deletedAt: null },
      ...(ids === undefined ? {} : { model: { in: ids.filter((id) => !models.has(id)) } }),
    },
    distinct: ["model"],
    select: { model: true },
  });
  for (const { model } of served) {
    if (models.has(model)) continue;
    models.set(model, { id: model, vendor: "", official: undefined, followsOfficial: false });
  }
  return models;
}

/** Names of these accounts; what there is not is left out. */
export async function loadAccountNames(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await prisma().account.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The database's clock, ms since the epoch: what every node's prices go by. */
export async function databaseNowMs(tx: Transaction): Promise<number> {
  const rows = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  const now = rows[0]?.now;
  if (now === undefined) throw new Error("the database has no clock");
  return now.getTime();
}

/** Answers the draft's id; it has its number from here on. What entries name was checked by the caller. */
export async function insertDraft(
  tx: Transaction,
  draft: { note: string; createdBy: string; entries: readonly ReasonedEntry[] },
): Promise<string> {
  const { id } = await tx.priceVersion.create({
    data: { state: "draft", note: draft.note, createdBy: draft.createdBy },
  });
  await insertEntries(tx, id, draft.entries);
  return id;
}

/**
 * What a draft names, which nobody changes before the transaction ends; undefined: it is none (any more). Who writes what
 * they have read of a draft reads it so.
 */
export async function lockDraft(tx: Transaction, id: string): Promise<readonly ReasonedEntry[] | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM price_version WHERE id = ${id}::uuid AND state = 'draft' FOR UPDATE`;
  return row && findVersionEntries(id, tx);
}

/** Changes a draft; false if there is none (any more): published ones are never edited. */
export async function updateDraft(
  tx: Transaction,
  id: string,
  change: { note?: string | undefined; entries?: readonly ReasonedEntry[] | undefined },
): Promise<boolean> {
  const { count } = await tx.priceVersion.updateMany({
    where: { id, state: "draft" },
    data: change.note === undefined ? { state: "draft" } : { note: change.note },
  });
  if (count === 0) return false;
  if (change.entries !== undefined) {
    await tx.priceEntry.deleteMany({ where: { versionId: id } });
    await insertEntries(tx, id, change.entries);
  }
  return true;
}

/** False if there is no such draft. */
export async function deleteDraft(tx: Transaction, id: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM price_version WHERE id = ${id}::uuid AND state = 'draft' FOR UPDATE`;
  if (row === undefined) return false;
  await tx.priceEntry.deleteMany({ where: { versionId: id } });
  await tx.priceVersion.delete({ where: { id } });
  return true;
}

/** Seals a draft; false if it is none any more. */
export async function sealDraft(
  tx: Transaction,
  id: string,
  sealed: { effectiveAt: Date; publishedAt: Date; revision: bigint },
): Promise<boolean> {
  const { count } = await tx.priceVersion.updateMany({
    where: { id, state: "draft" },
    data: { state: "published", ...sealed },
  });
  return count === 1;
}

/** Whether a model follows the official price from now on, and why not. */
export async function setSyncPolicy(
  tx: Transaction,
  modelId: string,
  change: { syncPolicy?: "official" | "manual"; statedReason?: string | null; revision: bigint },
): Promise<void> {
  await tx.model.updateMany({ where: { id: modelId }, data: change });
}

async function insertEntries(
  tx: Transaction,
  versionId: string,
  entries: readonly ReasonedEntry[],
): Promise<void> {
  await tx.priceEntry.createMany({
    data: entries.map((entry) => ({
      versionId,
      kind: entry.kind === "discount" ? "account" : entry.kind,
      reason: entry.reason,
      ...(entry.kind === "group"
        ? { groupId: entry.groupId, multiplier: formatFraction(entry.multiplier) }
        : entry.kind === "discount"
          ? { multiplier: formatFraction(entry.multiplier), components: {} }
          : { modelId: entry.modelId, components: formatComponents(entry.components) }),
      ...("accountId" in entry ? { accountId: entry.accountId } : {}),
    })),
  });
}
