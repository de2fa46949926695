import { findBonuses } from "#lib/bonus/store";
import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { type SortedPosition, sortedPage } from "#lib/core/sort";
import { prisma } from "#lib/db/client";
import type { Account as AccountRow, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type Funds, findFunds } from "#lib/ledger/store";
import { bestTier, heldTiers } from "#lib/tiers/grant-store";
import { HOUSE_ACCOUNT_ID } from "./house.ts";
import type { Account, ListAccounts } from "./schema.ts";

/** Lists and counts are about customers. */
const isCustomer = { id: { not: HOUSE_ACCOUNT_ID } };

/** Accounts (of `ids` alone, if given) in the query's order, up to `limit` + 1, after a position. `q`: name, e-mail, id. */
export async function listAccounts(
  query: ListAccounts,
  after?: SortedPosition,
  ids?: readonly string[],
): Promise<Account[]> {
  const page = sortedPage(query.sort, after);
  const among = ids === undefined ? {} : { id: { in: [...ids] } };
  const rows = await prisma().account.findMany({
    where: { AND: [isCustomer, among, filterOf(query), page.after] },
    orderBy: page.orderBy,
    take: query.limit + 1,
  });
  return withMoney(rows);
}

/** With its money and the tier that it holds, the house's own too. Undefined: there is none, or `id` is no UUID. */
export async function findAccount(id: string): Promise<Account | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().account.findUnique({ where: { id } });
  return row === null ? undefined : (await withMoney([row]))[0];
}

/** Customers' accounts: the house's own is none. */
export async function countAccounts(): Promise<number> {
  return prisma().account.count({ where: isCustomer });
}

/** Names by id; ids that no account has are left out. */
export async function namesOfAccounts(ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await prisma().account.findMany({
    where: { id: { in: ids.filter(isUuid) } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Which of these ids no account has. */
export async function findMissingAccounts(ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await prisma().account.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  const known = new Set(rows.map((row) => row.id));
  return ids.filter((id) => !known.has(id.toLowerCase()));
}

/** The row alone: the row of its money (openFunds) is the caller's to add in the same transaction. */
export async function insertAccount(
  tx: Transaction,
  data: Prisma.AccountUncheckedCreateInput,
): Promise<AccountRow> {
  return tx.account.create({ data });
}

/**
 * Locks the row until the transaction ends, so that what audit calls "before" is what was before. Rows that name the
 * account may be added meanwhile: whoever adds them may hold its money already.
 */
export async function lockAccount(tx: Transaction, id: string): Promise<AccountRow | undefined> {
  if (!isUuid(id)) return undefined;
  await tx.$queryRaw`SELECT 1 FROM account WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  return (await tx.account.findUnique({ where: { id } })) ?? undefined;
}

/** Writes what is given; the caller has locked the row. What nodes keep in memory needs its `revision` beside it. */
export async function updateAccountRow(
  tx: Transaction,
  id: string,
  data: Prisma.AccountUncheckedUpdateInput,
): Promise<AccountRow> {
  return tx.account.update({ where: { id }, data });
}

function filterOf({ q, group, status }: ListAccounts): Prisma.AccountWhereInput {
  return {
    ...(group === undefined ? {} : { groupId: group }),
    ...(status === undefined ? {} : { status }),
    ...(q === undefined || q.trim() === "" ? {} : { OR: searchOf(q.trim()) }),
  };
}

function searchOf(q: string): Prisma.AccountWhereInput[] {
  const contains = { contains: q, mode: "insensitive" } as const;
  return [{ name: contains }, { email: contains }, ...(isUuid(q) ? [{ id: q }] : [])];
}

async function withMoney(rows: readonly AccountRow[]): Promise<Account[]> {
  const ids = rows.map((row) => row.id);
  const [funds, bonuses, held] = await Promise.all([findFunds(ids), findBonuses(ids), heldTiers(ids)]);
  return rows.map((row) => {
    const best = bestTier(held.get(row.id) ?? []);
    return toAccount(row, funds.get(row.id), bonuses.get(row.id) ?? 0n, best ?? null);
  });
}

function toAccount(
  row: AccountRow,
  funds: Funds = { balance: 0n, held: 0n, creditLine: 0n },
  bonus: bigint,
  tier: Account["tier"],
): Account {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    group: row.groupId,
    status: row.status === "suspended" ? "suspended" : "active",
    timeZone: row.timeZone,
    incidentThreshold: row.incidentThreshold,
    balance: formatUsd(funds.balance),
    held: formatUsd(funds.held),
    available: formatUsd(funds.balance - funds.held),
    bonus: formatUsd(bonus),
    creditLine: formatUsd(funds.creditLine),
    tier,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The ids of active and suspended accounts that each of these texts names: an id, a name or an address in any case. */
export async function findAccountsNamed(texts: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await prisma().$queryRaw<{ text: string; id: string }[]>`
    SELECT g.text, a.id::text AS id FROM unnest(${[...texts]}::text[]) AS g (text)
    JOIN account a ON a.id::text = lower(g.text) OR lower(a.name) = lower(g.text) OR lower(a.email) = lower(g.text)
    WHERE g.text <> '' AND a.id <> ${HOUSE_ACCOUNT_ID}::uuid`;
  const named = new Map<string, string[]>();
  for (const { text, id } of rows) named.set(text, [...(named.get(text) ?? []), id]);
  return named;
}
