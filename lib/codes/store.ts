import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { CodeBatch, Prisma, RedemptionCode } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { CodeBatchAnswer } from "./schema.ts";

type Row = CodeBatch & { _count: { codes: number } };
const withRedeemed = { _count: { select: { codes: { where: { redeemedAt: { not: null } } } } } } as const;

/** Batches, newest first, up to `limit` + 1, after an id. */
export async function listBatches(limit: number, after?: string): Promise<CodeBatchAnswer[]> {
  const rows = await prisma().codeBatch.findMany({
    where: after === undefined ? {} : { id: { lt: after } },
    orderBy: { id: "desc" },
    take: limit + 1,
    include: withRedeemed,
  });
  return rows.map(toAnswer);
}

/** With how many of its codes were redeemed; no code is in it. Undefined: there is none, or `id` is no UUID. */
export async function findBatch(id: string): Promise<CodeBatchAnswer | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().codeBatch.findUnique({ where: { id }, include: withRedeemed });
  return row === null ? undefined : toAnswer(row);
}

/** A batch with the hashes of its codes. */
export async function insertBatch(
  tx: Transaction,
  data: Prisma.CodeBatchUncheckedCreateInput,
  codes: readonly { hash: Uint8Array<ArrayBuffer>; last4: string }[],
): Promise<string> {
  const { id } = await tx.codeBatch.create({ data });
  await tx.redemptionCode.createMany({ data: codes.map((code) => ({ ...code, batchId: id })) });
  return id;
}

/** False: it was revoked before, or there is none. */
export async function revokeBatch(tx: Transaction, id: string, at: Date): Promise<boolean> {
  if (!isUuid(id)) return false;
  const revoked = await tx.codeBatch.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: at } });
  return revoked.count === 1;
}

/** Takes a code for an order, once, unless it has expired or is revoked. Undefined: it is none, or was taken. */
export async function takeCode(
  tx: Transaction,
  hash: Uint8Array<ArrayBuffer>,
  { rechargeId, at }: { rechargeId: string; at: Date },
): Promise<(RedemptionCode & { batch: CodeBatch }) | undefined> {
  const where = {
    hash,
    redeemedAt: null,
    batch: { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] },
  };
  const code = await tx.redemptionCode.findFirst({ where, include: { batch: true } });
  if (code === null) return undefined;
  const taken = await tx.redemptionCode.updateMany({
    where: { id: code.id, redeemedAt: null },
    data: { redeemedAt: at, rechargeId },
  });
  return taken.count === 1 ? code : undefined;
}

function toAnswer(row: Row): CodeBatchAnswer {
  return {
    id: row.id,
    amount: row.amount.toFixed(),
    currency: row.currency,
    count: row.count,
    redeemed: row._count.codes,
    note: row.note,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
