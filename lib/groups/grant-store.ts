import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type Grant, modelEnds } from "./grant-schema.ts";

const withName = { account: { select: { name: true } } } as const;

/** A line's grants that stand, ended ones included until they are taken back, by account. */
export async function listGrants(groupId: string): Promise<Grant[]> {
  const rows = await prisma().lineGrant.findMany({
    where: { groupId, revokedAt: null },
    include: withName,
    orderBy: { accountId: "asc" },
  });
  return rows.map(toGrant);
}

/** What stands for an account, on any line. */
export async function listGrantsOf(accountId: string): Promise<Grant[]> {
  const rows = await prisma().lineGrant.findMany({
    where: { accountId, revokedAt: null },
    include: withName,
  });
  return rows.map(toGrant);
}

export async function findGrant(groupId: string, accountId: string): Promise<Grant | undefined> {
  if (!isUuid(accountId)) return undefined;
  const row = await prisma().lineGrant.findFirst({
    where: { groupId, accountId, revokedAt: null },
    include: withName,
  });
  return row === null ? undefined : toGrant(row);
}

export async function hasAccount(id: string): Promise<boolean> {
  return isUuid(id) && (await prisma().account.count({ where: { id } })) > 0;
}

export async function putGrantRow(
  tx: Transaction,
  key: { groupId: string; accountId: string },
  data: {
    models: string[];
    expiresAt: Date | null;
    modelEnds: Record<string, string | null>;
    note: string;
    createdBy: string;
    revision: bigint;
  },
): Promise<void> {
  await tx.lineGrant.upsert({
    where: { groupId_accountId: key },
    create: { ...key, ...data },
    update: { ...data, revokedAt: null },
  });
}

/** False if none stands. */
export async function revokeGrantRow(
  tx: Transaction,
  key: { groupId: string; accountId: string },
  revision: bigint,
): Promise<boolean> {
  const { count } = await tx.lineGrant.updateMany({
    where: { ...key, revokedAt: null },
    data: { revokedAt: new Date(), revision },
  });
  return count === 1;
}

function endsOf(json: Prisma.JsonValue): Record<string, string | null> {
  const read = modelEnds.safeParse(json);
  return read.success ? read.data : {};
}

/** Grants that stand and of which something may end, with what their account was told. */
export async function listEnding(): Promise<(Grant & { toldUntil: Date | null; line: string })[]> {
  const rows = await prisma().lineGrant.findMany({
    where: { revokedAt: null, OR: [{ expiresAt: { not: null } }, { NOT: { modelEnds: { equals: {} } } }] },
    include: { ...withName, group: { select: { name: true } } },
  });
  return rows.map((row) => ({ ...toGrant(row), toldUntil: row.toldUntil, line: row.group.name }));
}

/** Notes up to which end an account was written to; false: another run has, or it was changed meanwhile. */
export async function markTold(
  tx: Transaction,
  key: { groupId: string; accountId: string },
  before: { toldUntil: Date | null; updatedAt: string },
  toldUntil: Date,
): Promise<boolean> {
  // `updated_at` is when an operator last changed it: being told does not.
  const marked = await tx.$executeRaw`
    UPDATE line_grant SET told_until = ${toldUntil}
    WHERE group_id = ${key.groupId} AND account_id = ${key.accountId}::uuid AND revoked_at IS NULL
      AND told_until IS NOT DISTINCT FROM ${before.toldUntil} AND updated_at = ${new Date(before.updatedAt)}`;
  return marked === 1;
}

function toGrant(row: {
  groupId: string;
  accountId: string;
  models: string[];
  expiresAt: Date | null;
  modelEnds: Prisma.JsonValue;
  note: string;
  createdBy: string;
  updatedAt: Date;
  account: { name: string };
}): Grant {
  const { groupId, accountId, models, note, createdBy } = row;
  return {
    groupId,
    accountId,
    accountName: row.account.name,
    models,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    modelEnds: endsOf(row.modelEnds),
    note,
    createdBy,
    updatedAt: row.updatedAt.toISOString(),
  };
}
