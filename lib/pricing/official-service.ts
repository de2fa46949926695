import { resolve } from "node:path";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { insertModels } from "#lib/models/seed-store";
import { applied } from "#lib/runtime/applied";
import type { CatalogueModel } from "./catalogue.ts";
import { loadCatalogue } from "./live.ts";
import { type ListedProvider, officialPricesDate } from "./official.ts";
import type { OfficialSyncAnswer, SyncOfficial } from "./official-schema.ts";
import {
  draftAuthor,
  findOpenDraft,
  insertOfficialSync,
  loadKnownModels,
  lockOfficialSync,
  refreshOfficial,
} from "./official-store.ts";
import { compareOfficial } from "./official-sync.ts";
import { loadPublishedVersions, type ReasonedEntry } from "./store.ts";
import { standing } from "./version-service.ts";
import { insertDraft, lockDraft, updateDraft } from "./version-store.ts";

/** Who compares by night. */
export const officialPricesActor: Actor = {
  type: "system",
  id: "official-prices",
  name: "Tollgate",
  role: "operator",
  ip: null,
};

/**
 * Compares what stands with the official prices of the installed package, or of an uploaded file. Official figures are
 * brought up to date, new models come into the catalogue unpriced, and what follows the official price is proposed in a
 * draft: one at a time, which the next comparison widens. Nothing costs anything else until somebody publishes it.
 */
export async function syncOfficial(
  actor: Actor,
  { providers, date }: SyncOfficial,
  now: Date,
): Promise<OfficialSyncAnswer> {
  const asOf = now.toISOString().slice(0, 10);
  const uploaded =
    providers === undefined
      ? {}
      : { uploaded: { providers: providers as ListedProvider[], date: date ?? asOf } };
  const list = await loadCatalogue({ pricesDirectory: resolve("prisma/prices"), asOf, ...uploaded });
  const [known, state, versions] = await Promise.all([
    loadKnownModels(),
    standing(),
    loadPublishedVersions(),
  ]);
  const named = new Set(
    versions.flatMap(({ entries }) => entries.flatMap((one) => (one.kind === "model" ? [one.modelId] : []))),
  );
  const comparison = compareOfficial(list, known, { state, named });
  const { refreshed, added, proposed, items } = comparison;
  const sourceDate = uploaded.uploaded?.date ?? officialPricesDate;
  const source = providers === undefined ? ("package" as const) : ("upload" as const);
  const { sync, revision } = await inTransaction(async (tx) => {
    await lockOfficialSync(tx);
    const revision = await bumpRevision(tx);
    for (const model of refreshed) await refreshOfficial(tx, model, revision);
    await insertModels(tx, added, revision);
    const priceVersionId = await propose(tx, proposed, sourceDate);
    const sync = { source, sourceDate, startedBy: actor.name, priceVersionId, items: [...items] };
    await insertOfficialSync(tx, { ...sync, at: now });
    const after = { source, sourceDate, refreshed: refreshed.length, added: added.length };
    await audit(tx, actor, {
      action: "official-prices.compare",
      targetType: "price-version",
      targetId: priceVersionId ?? "",
      after: { ...after, proposed: proposed.length, models: proposed.slice(0, 100).map(({ id }) => id) },
    });
    return { sync: { ...sync, at: now.toISOString() }, revision };
  });
  await applied(revision);
  return sync;
}

/** The draft with what is proposed; null: nothing is. What an operator has put into an open one stays. */
async function propose(
  tx: Transaction,
  proposed: readonly CatalogueModel[],
  sourceDate: string,
): Promise<string | null> {
  const open = await findOpenDraft(tx);
  if (proposed.length === 0) return open ?? null;
  const known = open === undefined ? undefined : await lockDraft(tx, open);
  const reason = `Follows the official price as of ${sourceDate}`;
  const entries = proposed.map(
    ({ id, components }): ReasonedEntry => ({ kind: "model", modelId: id, components, reason }),
  );
  const note = `Official prices of ${sourceDate}`;
  if (open === undefined || known === undefined)
    return insertDraft(tx, { note, createdBy: draftAuthor, entries });
  const ids = new Set(proposed.map(({ id }) => id));
  const others = known.filter((entry) => entry.kind !== "model" || !ids.has(entry.modelId));
  await updateDraft(tx, open, { entries: [...others, ...entries] });
  return open;
}
