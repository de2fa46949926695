import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { prisma } from "#lib/db/client";

/** A group as it is stored; its multiplier lives in the price versions. */
/** The house account is nobody's customer. */
const withCount = { _count: { select: { accounts: { where: { id: { not: HOUSE_ACCOUNT_ID } } } } } } as const;

export type GroupRow = { id: string; name: string; description: string; accounts: number };

/** Groups by id in ascending order, up to `limit` + 1, after the id `after`. */
export async function listGroupRows(limit: number, after?: string): Promise<GroupRow[]> {
  const rows = await prisma().group.findMany({
    ...(after === undefined ? {} : { where: { id: { gt: after } } }),
    orderBy: { id: "asc" },
    take: limit + 1,
    include: withCount,
  });
  return rows.map(toRow);
}

export async function findGroupRow(id: string): Promise<GroupRow | undefined> {
  const row = await prisma().group.findUnique({
    where: { id },
    include: withCount,
  });
  return row === null ? undefined : toRow(row);
}

/** The ones of these ids that no group has. */
export async function findMissingGroups(ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const found = await prisma().group.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  const known = new Set(found.map((row) => row.id));
  return ids.filter((id) => !known.has(id));
}

function toRow(row: {
  id: string;
  name: string;
  description: string;
  _count: { accounts: number };
}): GroupRow {
  return { id: row.id, name: row.name, description: row.description, accounts: row._count.accounts };
}
