import { parseFraction } from "#lib/core/fraction";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { PriceEntry as EntryRow, PriceVersion as VersionRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { singleton } from "#lib/runtime/singletons";
import { displayConditions, displayExact, displayMultipliers, displayPrices } from "./display.ts";
import { parseComponents } from "./schema.ts";
import type {
  PriceEntryAnswer,
  PriceVersionDetail,
  PriceVersionSummary,
  VersionState,
} from "./version-schema.ts";
import type { PriceEntry, PriceVersion } from "./versions.ts";

/** What a version names, and why where that had to be said. */
export type ReasonedEntry = PriceEntry & { readonly reason: string | null };

/**
 * All published price versions with their entries, for the console. Published versions never change, so they are
 * read again only when there is a new one.
 */
export async function loadPublishedVersions(): Promise<readonly PriceVersion[]> {
  const cache = singleton("published-versions", () => ({ stamp: "", versions: [] as PriceVersion[] }));
  const newest = await prisma().priceVersion.findFirst({
    where: { state: "published" },
    orderBy: { publishedAt: "desc" },
    select: { id: true },
  });
  const count = await prisma().priceVersion.count({ where: { state: "published" } });
  const stamp = `${newest?.id ?? ""} ${count}`;
  if (cache.stamp !== stamp) {
    cache.versions = await readPublished();
    cache.stamp = stamp;
  }
  return cache.versions;
}

/** Versions by number, newest first, up to `limit` + 1, below the number `after`. */
export async function listPriceVersions(limit: number, after?: number): Promise<PriceVersionSummary[]> {
  const inForce = await findInForce();
  const rows = await prisma().priceVersion.findMany({
    ...(after === undefined ? {} : { where: { number: { lt: after } } }),
    orderBy: { number: "desc" },
    take: limit + 1,
    include: { _count: { select: { entries: true } } },
  });
  return rows.map((row) => toSummary(row, row._count.entries, inForce));
}

/** Published or draft, with the state it has now and prices as people read them. Undefined: none, or no UUID. */
export async function findPriceVersion(id: string): Promise<PriceVersionDetail | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().priceVersion.findUnique({
    where: { id },
    include: { entries: { orderBy: [{ kind: "desc" }, { modelId: "asc" }, { groupId: "asc" }] } },
  });
  if (row === null) return undefined;
  const inForce = await findInForce();
  return { ...toSummary(row, row.entries.length, inForce), entries: row.entries.map(toEntryAnswer) };
}

/** What a version names, draft or not, with the reasons given; undefined if there is no such version. */
export async function findVersionEntries(
  id: string,
  on: Pick<Transaction, "priceVersion"> = prisma(),
): Promise<readonly ReasonedEntry[] | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await on.priceVersion.findUnique({
    where: { id },
    include: { entries: { orderBy: { id: "asc" } } },
  });
  return row?.entries.flatMap((entry) => toEntry(entry).map((read) => ({ ...read, reason: entry.reason })));
}

/** The version in force now. */
async function findInForce(): Promise<string | undefined> {
  const row = await prisma().priceVersion.findFirst({
    where: { state: "published", effectiveAt: { lte: new Date() } },
    orderBy: [{ effectiveAt: "desc" }, { number: "desc" }],
    select: { id: true },
  });
  return row?.id;
}

async function readPublished(): Promise<PriceVersion[]> {
  const rows = await prisma().priceVersion.findMany({
    where: { state: "published" },
    include: { entries: true },
  });
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    effectiveAt: row.effectiveAt?.getTime() ?? 0,
    entries: row.entries.flatMap(toEntry),
  }));
}

function toEntry(row: EntryRow): PriceEntry[] {
  const { kind, modelId, groupId, accountId, components, multiplier } = row;
  if (kind === "group" && groupId !== null && multiplier !== null) {
    return [{ kind, groupId, multiplier: parseFraction(multiplier) }];
  }
  if (kind === "model" && modelId !== null) {
    return [{ kind, modelId, components: parseComponents(components) }];
  }
  if (kind === "account" && accountId !== null && modelId === null && multiplier !== null) {
    return [{ kind: "discount", accountId, multiplier: parseFraction(multiplier) }];
  }
  if (kind === "account" && accountId !== null && modelId !== null) {
    return [{ kind, accountId, modelId, components: parseComponents(components) }];
  }
  return [];
}

function toEntryAnswer(row: EntryRow): PriceEntryAnswer {
  const components =
    row.components === null || kindOf(row) === "discount" ? null : parseComponents(row.components);
  return {
    kind: kindOf(row),
    model: row.modelId,
    group: row.groupId,
    accountId: row.accountId,
    price: components && displayPrices(components),
    multipliers: components && displayMultipliers(components),
    ...displayConditions(components ?? {}),
    multiplier: row.multiplier === null ? null : displayExact(parseFraction(row.multiplier)),
    reason: row.reason,
  };
}

function kindOf({ kind, modelId }: EntryRow): PriceEntryAnswer["kind"] {
  if (kind === "account") return modelId === null ? "discount" : "account";
  return kind === "group" ? "group" : "model";
}

function toSummary(row: VersionRow, entryCount: number, inForce: string | undefined): PriceVersionSummary {
  return {
    id: row.id,
    number: row.number,
    state: stateOf(row, inForce),
    note: row.note,
    effectiveAt: row.effectiveAt?.toISOString() ?? null,
    publishedAt: row.publishedAt?.toISOString() ?? null,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    entryCount,
  };
}

function stateOf(row: VersionRow, inForce: string | undefined): VersionState {
  if (row.state !== "published" || row.effectiveAt === null) return "draft";
  if (row.effectiveAt.getTime() > Date.now()) return "scheduled";
  return row.id === inForce ? "published" : "superseded";
}
