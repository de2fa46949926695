import { isUuid } from "#lib/core/shapes";
import { dayMs } from "#lib/core/time";
import { prisma } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { Activation } from "./grant.ts";
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

/** Undefined: none was given, or it was taken back; one that has ended stands. */
export async function findGrant(
  groupId: string,
  accountId: string,
  tx?: Transaction,
): Promise<Grant | undefined> {
  if (!isUuid(accountId)) return undefined;
  const row = await (tx ?? prisma()).lineGrant.findFirst({
    where: { groupId, accountId, revokedAt: null },
    include: withName,
  });
  return row === null ? undefined : toGrant(row);
}

/** Also the house's own. False for what is no UUID. */
export async function hasAccount(id: string): Promise<boolean> {
  return isUuid(id) && (await prisma().account.count({ where: { id } })) > 0;
}

/** Gives or changes a grant, also one that was taken back. `forgetsTold`: its customer is written to anew before it ends. */
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
  forgetsTold: boolean,
): Promise<void> {
  await tx.lineGrant.upsert({
    where: { groupId_accountId: key },
    create: { ...key, ...data },
    update: { ...data, revokedAt: null, ...(forgetsTold ? { toldUntil: null } : {}) },
  });
}

/** What stands for an account on a line, taken back or not, and up to which end it was told; held until the transaction ends. */
export async function holdTold(
  tx: Transaction,
  key: { groupId: string; accountId: string },
): Promise<(Activation & { toldUntil: Date | null }) | undefined> {
  await tx.$executeRaw`
    SELECT 1 FROM line_grant WHERE group_id = ${key.groupId} AND account_id = ${key.accountId}::uuid FOR UPDATE`;
  const row = await tx.lineGrant.findUnique({ where: { groupId_accountId: key }, include: withName });
  return row === null ? undefined : { ...toGrant(row), toldUntil: row.toldUntil };
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

/** A grant with what its account was told, and its line. */
export type EndingGrant = Grant & {
  toldUntil: Date | null;
  line: { name: string; access: string; grantedModels: string[] };
};

/** Grants that stand and of which something may end after `from` and up to `to`; after one, at most so many. */
export async function listEnding(
  { from, to }: { from: Date; to: Date },
  after: Pick<Grant, "groupId" | "accountId"> | null,
  most: number,
): Promise<EndingGrant[]> {
  // Models' ends by their days, with one more on each side: who asks looks at the hours.
  const [firstDay, lastDay] = [dayOf(from, -1), dayOf(to, 1)];
  const keys = await prisma().$queryRaw<{ groupId: string; accountId: string }[]>`
    SELECT group_id AS "groupId", account_id AS "accountId" FROM line_grant
    WHERE revoked_at IS NULL
      AND (expires_at > ${from} AND expires_at <= ${to} OR EXISTS (
        SELECT 1 FROM jsonb_each_text(model_ends) own
        WHERE left(own.value, 10) COLLATE "C" BETWEEN ${firstDay} AND ${lastDay}))
      AND (${after === null} OR (group_id, account_id) > (${after?.groupId ?? ""}, ${after?.accountId ?? NO_ACCOUNT}::uuid))
    ORDER BY group_id, account_id LIMIT ${most}`;
  const rows = await prisma().lineGrant.findMany({
    where: { revokedAt: null, OR: keys },
    include: { ...withName, group: { select: { name: true, access: true, grantedModels: true } } },
    orderBy: [{ groupId: "asc" }, { accountId: "asc" }],
  });
  return rows.map((row) => ({ ...toGrant(row), toldUntil: row.toldUntil, line: row.group }));
}

const NO_ACCOUNT = "00000000-0000-0000-0000-000000000000";

function dayOf(time: Date, daysLater: number): string {
  return new Date(time.getTime() + daysLater * dayMs).toISOString().slice(0, 10);
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
