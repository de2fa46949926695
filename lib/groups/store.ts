import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";

/** The house account is nobody's customer. */
const withCount = { _count: { select: { accounts: { where: { id: { not: HOUSE_ACCOUNT_ID } } } } } } as const;

/** A group as it is stored; its multiplier lives in the price versions. */
export type GroupRow = {
  id: string;
  name: string;
  description: string;
  access: "open" | "granted";
  grantedModels: string[];
  accounts: number;
};

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

/** By its slug, as "default". The house account is not counted. Undefined: there is none. */
export async function findGroupRow(id: string, tx?: Transaction): Promise<GroupRow | undefined> {
  const row = await (tx ?? prisma()).group.findUnique({
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

type LineFields = Pick<GroupRow, "access" | "grantedModels"> & { revision: bigint };

/** Throws for an id that is taken. Its multiplier comes with a price version in the same transaction. */
export async function insertGroup(
  tx: Transaction,
  group: { id: string; name: string; description: string } & Partial<LineFields>,
): Promise<void> {
  await tx.group.create({ data: group });
}

/** Writes what is given; `revision` takes it to the nodes. Throws where there is no such group. */
export async function updateGroupRow(
  tx: Transaction,
  id: string,
  change: { name?: string; description?: string; revision: bigint } & Partial<LineFields>,
): Promise<void> {
  await tx.group.update({ where: { id }, data: change });
}

function toRow(row: {
  id: string;
  name: string;
  description: string;
  access: string;
  grantedModels: string[];
  _count: { accounts: number };
}): GroupRow {
  const { id, name, description, grantedModels } = row;
  const access = row.access === "granted" ? "granted" : "open";
  return { id, name, description, access, grantedModels, accounts: row._count.accounts };
}
