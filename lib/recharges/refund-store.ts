import { prisma } from "#lib/db/client";
import type { Prisma, RechargeRefund } from "#lib/db/generated/client";
import { pool, queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";
import { gatherFunds } from "#lib/funds/store";

/** Answers its id. Throws where `providerRef` was taken down already; the caller holds the order's lock. */
export async function insertRefund(
  tx: Transaction,
  data: Prisma.RechargeRefundUncheckedCreateInput,
): Promise<string> {
  return (await tx.rechargeRefund.create({ data })).id;
}

/** What was taken back of an order under a provider's name of it. */
export async function findRefund(
  tx: Transaction,
  rechargeId: string,
  providerRef: string,
): Promise<RechargeRefund | undefined> {
  return (await tx.rechargeRefund.findFirst({ where: { rechargeId, providerRef } })) ?? undefined;
}

/** Marks a refund as given back; false: it was. */
export async function closeRefund(tx: Transaction, id: string, at: Date): Promise<boolean> {
  const closed = await tx.rechargeRefund.updateMany({
    where: { id, reversedAt: null },
    data: { reversedAt: at },
  });
  return closed.count === 1;
}

/**
 * Asks idle money of an order's account back from the nodes that lease it, so that as much as there is can be taken out.
 * Call it before the transaction.
 */
export async function gatherForRefund(order: {
  accountId: string;
  creditNanoUsd: bigint;
  bonusNanoUsd: bigint;
}): Promise<void> {
  // Not more than there is, else nobody is asked; beyond the credit line, which pays for calls and for no refund.
  const [row] = await queryRows<{ need: bigint }>(
    `SELECT least($2::bigint, greatest(balance - held, 0)) + credit_line AS need
     FROM hot.account_funds WHERE account_id = $1`,
    [order.accountId, order.creditNanoUsd + order.bonusNanoUsd],
  );
  if (row !== undefined) await gatherFunds(order.accountId, row.need, pool());
}

/** Refunds that a provider still has to be told of, with their orders. `before`: begun until then. */
export async function findUnsentRefunds(before: Date, states: readonly ("sending" | "failed")[]) {
  return prisma().rechargeRefund.findMany({
    where: { providerState: { in: [...states] }, createdAt: { lte: before } },
    include: { recharge: true },
    orderBy: { id: "asc" },
    take: 100,
  });
}

/** With its order, whatever the provider says of it. `id` must be a UUID, else it throws. */
export async function findRefundById(id: string) {
  return (
    (await prisma().rechargeRefund.findUnique({ where: { id }, include: { recharge: true } })) ?? undefined
  );
}

/** Notes how a provider took it; false: somebody else has noted that it was sent. */
export async function markRefund(
  tx: Transaction,
  id: string,
  providerState: "sent" | "failed",
): Promise<boolean> {
  const marked = await tx.rechargeRefund.updateMany({
    where: { id, providerState: { not: "sent" } },
    data: { providerState },
  });
  return marked.count === 1;
}
