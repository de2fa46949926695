import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import type { CatalogueModel } from "./catalogue.ts";
import { type OfficialSyncAnswer, officialFinding } from "./official-schema.ts";
import type { KnownModel } from "./official-sync.ts";
import { formatComponents, parseComponents } from "./schema.ts";

/** The author of drafts that a comparison opens: by it the next one finds a draft that still waits. */
export const draftAuthor = "Tollgate (official prices)";

/** The whole catalogue as far as a comparison needs it. */
export async function loadKnownModels(): Promise<KnownModel[]> {
  const rows = await prisma().model.findMany({
    select: { id: true, vendor: true, syncPolicy: true, official: true, officialSourceDate: true },
  });
  return rows.map(({ id, vendor, syncPolicy, official, officialSourceDate }) => ({
    id,
    vendor,
    syncPolicy: syncPolicy === "official" ? "official" : "manual",
    official: parseComponents(official),
    sourceDate: officialSourceDate,
  }));
}

/** Comparisons take turns: two nights' runs, or a run and an upload. */
export async function lockOfficialSync(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('tollgate.official-prices'))`;
}

/** Puts an official price in the place of the one that stood. What is charged stays as it is. */
export async function refreshOfficial(
  tx: Transaction,
  { id, components, source, sourceDate }: CatalogueModel,
  revision: bigint,
): Promise<void> {
  const official = formatComponents(components);
  await tx.model.update({
    where: { id },
    data: { official, officialSource: source, officialSourceDate: sourceDate, revision },
  });
}

/** The draft of an earlier comparison that nobody has published or discarded. */
export async function findOpenDraft(tx: Transaction): Promise<string | undefined> {
  const row = await tx.priceVersion.findFirst({
    where: { state: "draft", createdBy: draftAuthor },
    orderBy: { number: "desc" },
    select: { id: true },
  });
  return row?.id;
}

/** A comparison stays while it is the newest of its kind; a month of them is kept. */
export async function insertOfficialSync(
  tx: Transaction,
  { at, items, priceVersionId, ...rest }: Omit<OfficialSyncAnswer, "at"> & { at: Date },
): Promise<void> {
  await tx.officialSync.create({ data: { ...rest, at, versionId: priceVersionId, report: items } });
  const old = await tx.officialSync.findMany({ orderBy: { at: "desc" }, skip: 30, select: { id: true } });
  await tx.officialSync.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
}

/** The newest comparison; its draft only while it is one. */
export async function findLastSync(): Promise<OfficialSyncAnswer | undefined> {
  const row = await prisma().officialSync.findFirst({ orderBy: { at: "desc" } });
  if (row === null) return undefined;
  const draft =
    row.versionId === null
      ? null
      : await prisma().priceVersion.findFirst({
          where: { id: row.versionId, state: "draft" },
          select: { id: true },
        });
  return {
    at: row.at.toISOString(),
    source: row.source === "upload" ? "upload" : "package",
    sourceDate: row.sourceDate,
    startedBy: row.startedBy,
    priceVersionId: draft?.id ?? null,
    items: officialFinding.array().parse(row.report),
  };
}
