import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { type SortedPosition, sortedPage } from "#lib/core/sort";
import { prisma } from "#lib/db/client";
import type { ApiKey, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { periodStart } from "#lib/funds/period";
import { limitsOfKeys } from "#lib/limits/store";
import { listHygieneIds } from "./hygiene-store.ts";
import { type BudgetPeriod, budgetPeriods, type Key, type ListKeys } from "./schema.ts";

/** A stored key with what its account says about it. */
export type KeyRow = ApiKey & { account: { name: string; timeZone: string } };

const withAccount = { account: { select: { name: true, timeZone: true } } } as const;

/** Keys in the query's order, up to `limit` + 1, after a position; deleted ones are gone. `q`: name, prefix, last 4, id. */
export async function listKeys(query: ListKeys, nowMs: number, after?: SortedPosition): Promise<Key[]> {
  const page = sortedPage(query.sort, after);
  const { hygiene } = query;
  const ids = hygiene === undefined ? undefined : await listHygieneIds({ ...query, hygiene }, after);
  const where = ids === undefined ? [filterOf(query), page.after] : [{ id: { in: ids } }];
  const rows = await prisma().apiKey.findMany({
    where: { AND: [{ deletedAt: null }, ...where] },
    orderBy: page.orderBy,
    take: query.limit + 1,
    include: withAccount,
  });
  return toKeys(rows, nowMs);
}

/** Undefined: there is none, or it was deleted. */
export async function findKey(id: string, nowMs: number): Promise<Key | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().apiKey.findFirst({ where: { id, deletedAt: null }, include: withAccount });
  return row === null ? undefined : (await toKeys([row], nowMs))[0];
}

/** The account that owns all of these keys, deleted ones too; none if they are not all one account's. */
export async function findOwner(ids: readonly string[]): Promise<string | undefined> {
  const asked = [...new Set(ids)].filter(isUuid);
  const rows = await prisma().apiKey.findMany({ where: { id: { in: asked } }, select: { accountId: true } });
  const [owner, ...others] = new Set(rows.map(({ accountId }) => accountId));
  return others.length === 0 && rows.length === new Set(ids).size ? owner : undefined;
}

/** From where a key works and from where it is refused, of a deleted one too. */
export async function findKeyFences(id: string): Promise<{ allowedCidrs: string[]; deniedCidrs: string[] }> {
  const select = { allowedCidrs: true, deniedCidrs: true } as const;
  const found = await prisma().apiKey.findUnique({ where: { id }, select });
  return found ?? { allowedCidrs: [], deniedCidrs: [] };
}

/** All but deleted ones: those that are disabled or have expired count. */
export async function countKeys(): Promise<number> {
  return prisma().apiKey.count({ where: { deletedAt: null } });
}

/** Takes the secret's hash, prefix and last 4, never the secret. Limits are rows of their own (replaceKeyLimits). */
export async function insertKey(tx: Transaction, data: Prisma.ApiKeyUncheckedCreateInput): Promise<ApiKey> {
  return tx.apiKey.create({ data });
}

/** The key, locked until the transaction ends; none if it was deleted. */
export async function lockKey(tx: Transaction, id: string): Promise<ApiKey | undefined> {
  if (!isUuid(id)) return undefined;
  await tx.$queryRaw`SELECT 1 FROM api_key WHERE id = ${id}::uuid FOR UPDATE`;
  return (await tx.apiKey.findFirst({ where: { id, deletedAt: null } })) ?? undefined;
}

/** The key, also one that was deleted. */
export async function findKeyRow(tx: Transaction, id: string): Promise<ApiKey | undefined> {
  return (await tx.apiKey.findUnique({ where: { id } })) ?? undefined;
}

/**
 * Keys, locked in the order of their ids until the transaction ends; those that are missing are left out. With
 * `deletedSince`: those deleted since then instead of those that live.
 */
export async function lockKeys(
  tx: Transaction,
  ids: readonly string[],
  deletedSince?: Date,
): Promise<ApiKey[]> {
  const wanted = ids.filter(isUuid);
  await tx.$queryRaw`SELECT 1 FROM api_key WHERE id = ANY(${wanted}::uuid[]) ORDER BY id FOR UPDATE`;
  return tx.apiKey.findMany({
    where: { id: { in: wanted }, deletedAt: deletedSince === undefined ? null : { gte: deletedSince } },
    orderBy: { id: "asc" },
  });
}

/** Writes what is given and answers the row after it; the caller has locked it. `revision` takes it to the nodes. */
export async function updateKeyRow(
  tx: Transaction,
  id: string,
  data: Prisma.ApiKeyUncheckedUpdateInput,
): Promise<ApiKey> {
  return tx.apiKey.update({ where: { id }, data });
}

function filterOf({ accountId, q, status }: ListKeys): Prisma.ApiKeyWhereInput {
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(status === undefined ? {} : { status }),
    ...(q === undefined || q.trim() === "" ? {} : { OR: searchOf(q.trim()) }),
  };
}

function searchOf(q: string): Prisma.ApiKeyWhereInput[] {
  // A pasted secret finds its key by what is kept of it; the text itself goes nowhere else.
  const prefix = q.startsWith("sk-tg-") ? q.slice(0, 12) : q;
  return [
    { name: { contains: q, mode: "insensitive" } },
    { account: { name: { contains: q, mode: "insensitive" } } },
    { prefix: { startsWith: prefix } },
    { last4: q },
    ...(isUuid(q) ? [{ id: q }] : []),
  ];
}

async function toKeys(rows: readonly KeyRow[], nowMs: number): Promise<Key[]> {
  const ids = rows.map((row) => row.id);
  const [spent, lastUsed, calls, limits] = await Promise.all([
    findSpent(rows, nowMs),
    findLastUsed(ids),
    countCalls(ids),
    limitsOfKeys(ids),
  ]);
  return rows.map((row) => ({
    id: row.id,
    accountId: row.accountId,
    accountName: row.account.name,
    name: row.name,
    prefix: row.prefix,
    last4: row.last4,
    status: row.status === "disabled" ? "disabled" : "active",
    expiresAt: row.expiresAt?.toISOString() ?? null,
    budget: toBudget(row, spent.get(row.id) ?? 0n),
    models: row.models,
    allowedCidrs: row.allowedCidrs,
    deniedCidrs: row.deniedCidrs,
    group: row.groupId,
    limits: limits.get(row.id) ?? [],
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: lastUsed.get(row.id)?.lastSeen.toISOString() ?? null,
    lastUsedIp: lastUsed.get(row.id)?.ip ?? null,
    calls24h: calls.get(row.id) ?? 0,
  }));
}

function toBudget(row: KeyRow, spentNanoUsd: bigint): Key["budget"] {
  const period = periodOf(row);
  if (row.budgetNanoUsd === null || period === undefined) return null;
  return { amount: formatUsd(row.budgetNanoUsd), period, spent: formatUsd(spentNanoUsd) };
}

/** What each key with a budget spent in the period that runs now, in its account's time zone. */
async function findSpent(rows: readonly KeyRow[], nowMs: number): Promise<Map<string, bigint>> {
  const wanted = rows.flatMap((row) => {
    const period = periodOf(row);
    if (period === undefined) return [];
    return [{ id: row.id, start: new Date(periodStart(nowMs, period, row.account.timeZone)).toISOString() }];
  });
  if (wanted.length === 0) return new Map();
  const found = await prisma().$queryRaw<{ id: string; spent: bigint }[]>`
    SELECT b.key_id::text AS id, b.spent
    FROM hot.key_budget b
    JOIN unnest(${wanted.map((one) => one.id)}::uuid[], ${wanted.map((one) => one.start)}::timestamptz[])
      AS wanted (key_id, period_start) ON wanted.key_id = b.key_id AND wanted.period_start = b.period_start`;
  return new Map(found.map((row) => [row.id, row.spent]));
}

type LastUse = { id: string; lastSeen: Date; ip: string };

/** When and from where each key was last used, within the last 90 days. */
async function findLastUsed(ids: readonly string[]): Promise<Map<string, LastUse>> {
  if (ids.length === 0) return new Map();
  const found = await prisma().$queryRaw<LastUse[]>`
    SELECT wanted.id, last.last_seen AS "lastSeen", host(last.ip) AS ip
    FROM unnest(${ids}::text[]) AS wanted (id)
    CROSS JOIN LATERAL (
      SELECT last_seen, ip FROM hot.rollup_day_ip
      WHERE key_id = wanted.id AND day >= current_date - 90 ORDER BY last_seen DESC LIMIT 1) AS last`;
  return new Map(found.map((row) => [row.id, row]));
}

/** How often each key was called in the last 24 hours. */
async function countCalls(ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const found = await prisma().$queryRaw<{ id: string; calls: number }[]>`
    SELECT key_id AS id, sum(requests)::int AS calls FROM hot.rollup_minute_key
    WHERE key_id = ANY(${ids}::text[]) AND minute >= now() - interval '24 hours' GROUP BY key_id`;
  return new Map(found.map((row) => [row.id, row.calls]));
}

function periodOf(row: ApiKey): BudgetPeriod | undefined {
  return budgetPeriods.find((period) => period === row.budgetPeriod);
}
