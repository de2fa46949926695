import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma, RechargeClaim } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type Claim, claimStates, type ListClaims } from "./schema.ts";

type Row = Omit<RechargeClaim, "file"> & { account: { name: string } };
/** The file is read where it is asked for alone. */
const withoutFile = { omit: { file: true }, include: { account: { select: { name: true } } } } as const;

/** Claims, newest first, up to `limit` + 1, after an id. */
export async function listClaims(query: ListClaims, after?: string): Promise<Claim[]> {
  const { accountId, state } = query;
  const rows = await prisma().rechargeClaim.findMany({
    where: {
      ...(accountId === undefined ? {} : { accountId }),
      ...(state === undefined ? {} : { state }),
      ...(after === undefined ? {} : { id: { lt: after } }),
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    ...withoutFile,
  });
  return rows.map(toAnswer);
}

/** How many wait for an operator, of all accounts. */
export async function countWaitingClaims(): Promise<number> {
  return prisma().rechargeClaim.count({ where: { state: "waiting" } });
}

/** Makes claims of one account come one after another until the transaction ends. */
export async function lockClaimsOf(tx: Transaction, accountId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('claims ' || ${accountId}, 0))`;
}

/** How many of an account's wait. It stays true until the transaction ends only under lockClaimsOf. */
export async function countOwnWaiting(tx: Transaction, accountId: string): Promise<number> {
  return tx.rechargeClaim.count({ where: { accountId, state: "waiting" } });
}

/** Undefined: there is none. Without its file, which is large: see findClaimFile. */
export async function findClaim(
  id: string,
  on: Pick<Transaction, "rechargeClaim"> = prisma(),
): Promise<Claim | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await on.rechargeClaim.findUnique({ where: { id }, ...withoutFile });
  return row === null ? undefined : toAnswer(row);
}

/** What was sent with a claim, and its content type. Undefined: nothing was. */
export async function findClaimFile(
  id: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; kind: string } | undefined> {
  const select = { file: true, fileType: true };
  const row = isUuid(id) ? await prisma().rechargeClaim.findUnique({ where: { id }, select }) : null;
  if (row === null || row.file === null || row.fileType === null) return undefined;
  return { bytes: Uint8Array.from(row.file), kind: row.fileType };
}

/** Answers its id. The file is stored and served as it comes: it was made clean before (cleanFile). */
export async function insertClaim(
  tx: Transaction,
  data: Prisma.RechargeClaimUncheckedCreateInput,
): Promise<string> {
  return (await tx.rechargeClaim.create({ data, select: { id: true } })).id;
}

/** Decides a claim that waits; false: somebody has. */
export async function decideClaimRow(
  tx: Transaction,
  id: string,
  data: {
    state: "credited" | "rejected";
    answer: string;
    decidedBy: string;
    decidedAt: Date;
    rechargeId?: string;
  },
): Promise<boolean> {
  return (await tx.rechargeClaim.updateMany({ where: { id, state: "waiting" }, data })).count === 1;
}

function toAnswer(row: Row): Claim {
  const { id, accountId, rechargeId, orderNo, currency, note, fileType, answer, askedBy, decidedBy } = row;
  return {
    ...{ id, accountId, rechargeId, orderNo, currency, note, fileType, answer, askedBy, decidedBy },
    accountName: row.account.name,
    amount: row.amount?.toFixed() ?? null,
    state: claimStates.find((state) => state === row.state) ?? "waiting",
    decidedAt: row.decidedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
