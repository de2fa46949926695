import { parseFraction } from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma, Recharge as RechargeRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { displayExact } from "#lib/pricing/display";
import type { ListRecharges, Recharge } from "./schema.ts";

const withAccount = { account: { select: { name: true } } } as const;

/** Recharges, newest first, up to `limit` + 1, after the id `after`. */
export async function listRecharges(query: ListRecharges, after?: string): Promise<Recharge[]> {
  const { accountId, method, orderNo } = query;
  const rows = await prisma().recharge.findMany({
    where: {
      ...(accountId === undefined ? {} : { accountId }),
      ...(method === undefined ? {} : { method }),
      ...(orderNo === undefined ? {} : { orderNo }),
      ...(after === undefined ? {} : { id: { lt: after } }),
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    include: withAccount,
  });
  return rows.map(toRecharge);
}

export async function findRecharge(id: string): Promise<Recharge | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().recharge.findUnique({ where: { id }, include: withAccount });
  return row === null ? undefined : toRecharge(row);
}

/**
 * Inserts unless method and order number stand already: then undefined, and nothing is written. A twin whose
 * transaction still runs is waited for.
 */
export async function insertRecharge(
  tx: Transaction,
  data: Prisma.RechargeCreateManyInput,
): Promise<RechargeRow | undefined> {
  const [row] = await tx.recharge.createManyAndReturn({ data, skipDuplicates: true });
  return row;
}

function toRecharge(row: RechargeRow & { account: { name: string } }): Recharge {
  return {
    id: row.id,
    accountId: row.accountId,
    accountName: row.account.name,
    amount: row.amount.toFixed(),
    currency: row.currency,
    method: row.method,
    orderNo: row.orderNo,
    status: "credited",
    credit: formatUsd(row.creditNanoUsd),
    bonus: formatUsd(row.bonusNanoUsd),
    rate: displayExact(parseFraction(row.rate)),
    rateDate: row.rateDate,
    note: row.note,
    tier: null,
    ledgerTransactionId: row.ledgerTransactionId,
    createdAt: row.createdAt.toISOString(),
    creditedAt: row.creditedAt?.toISOString() ?? null,
  };
}
