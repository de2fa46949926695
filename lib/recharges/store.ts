import { parseFraction } from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma, Recharge as RechargeRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { displayExact } from "#lib/pricing/display";
import { asReason, asStatus, type RechargeMove, statusAfter, statusesBefore, stuckMs } from "./machine.ts";
import type { ListRecharges, Recharge } from "./schema.ts";

/** An order as it stands, with whose it is. */
export type Order = RechargeRow & { account: { name: string; email: string | null } };

const withAccount = { account: { select: { name: true, email: true } } } as const;

/** Recharges, newest first, up to `limit` + 1, after the id `after`. */
export async function listRecharges(
  query: ListRecharges,
  after: string | undefined,
  now: Date,
): Promise<Recharge[]> {
  const rows = await prisma().recharge.findMany({
    where: { AND: [whereOf(query, now), after === undefined ? {} : { id: { lt: after } }] },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    include: withAccount,
  });
  return rows.map(toRecharge);
}

/** How many orders ask for a person: in review, pending for longer than stuckMs, or with a refund that failed. */
export async function countWaitingOrders(now: Date): Promise<number> {
  return prisma().recharge.count({ where: waits(now) });
}

/** How many orders of an account wait to be paid. */
export async function countOpenOrders(accountId: string): Promise<number> {
  return prisma().recharge.count({ where: { accountId, status: "pending", paidAt: null } });
}

/** As the API says it, read without a lock. Undefined: there is none, or `id` is no UUID. */
export async function findRecharge(id: string): Promise<Recharge | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().recharge.findUnique({ where: { id }, include: withAccount });
  return row === null ? undefined : toRecharge(row);
}

/** Whose an order is and what it was worth. */
export async function findMoney(id: string): Promise<
  | {
      accountId: string;
      creditNanoUsd: bigint;
      bonusNanoUsd: bigint;
      method: string;
      providerRef: string | null;
    }
  | undefined
> {
  if (!isUuid(id)) return undefined;
  const select = {
    accountId: true,
    creditNanoUsd: true,
    bonusNanoUsd: true,
    method: true,
    providerRef: true,
  };
  return (await prisma().recharge.findUnique({ where: { id }, select })) ?? undefined;
}

/** An order, locked until the transaction ends: nobody else moves it meanwhile. */
export async function lockOrder(tx: Transaction, id: string): Promise<Order | undefined> {
  if (!isUuid(id)) return undefined;
  await tx.$executeRaw`SELECT 1 FROM recharge WHERE id = ${id}::uuid FOR UPDATE`;
  return (await tx.recharge.findUnique({ where: { id }, include: withAccount })) ?? undefined;
}

/** The id of an order by its number, in any case. */
export async function findOrderId(
  tx: Pick<Transaction, "$queryRaw">,
  method: string,
  orderNo: string,
): Promise<string | undefined> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text AS id FROM recharge WHERE method = ${method} AND lower(order_no) = lower(${orderNo})`;
  return rows[0]?.id;
}

/** Which of these order numbers stand, in any case: `[method, lower-case number]` as JSON. */
export async function findOrdersNumbered(orderNos: readonly string[]): Promise<Set<string>> {
  const rows = await prisma().$queryRaw<{ method: string; number: string }[]>`
    SELECT method, lower(order_no) AS number FROM recharge
    WHERE lower(order_no) = ANY(SELECT lower(given) FROM unnest(${[...orderNos]}::text[]) AS given)`;
  return new Set(rows.map(({ method, number }) => JSON.stringify([method, number])));
}

/** The id of an order by what its provider calls its payment. */
export async function findOrderOfPayment(
  tx: Pick<Transaction, "recharge">,
  method: string,
  providerRef: string,
): Promise<string | undefined> {
  const where = { method, providerRef };
  const row = await tx.recharge.findFirst({ where, select: { id: true }, orderBy: { id: "desc" } });
  return row?.id;
}

/**
 * Inserts unless method and order number stand already, in any case: then undefined, and nothing is written. A twin
 * whose transaction still runs is waited for.
 */
export async function insertRecharge(
  tx: Transaction,
  data: Prisma.RechargeCreateManyInput,
): Promise<Order | undefined> {
  const [row] = await tx.recharge.createManyAndReturn({ data, skipDuplicates: true });
  return (
    row && ((await tx.recharge.findUnique({ where: { id: row.id }, include: withAccount })) ?? undefined)
  );
}

/** Moves an order, unless somebody has moved it elsewhere: then false, and nothing is written. */
export async function moveRecharge(
  tx: Transaction,
  order: RechargeRow,
  move: RechargeMove,
  data: Prisma.RechargeUncheckedUpdateManyInput = {},
): Promise<boolean> {
  const status = statusAfter(asStatus(order.status), move);
  if (status === undefined) return false;
  const moved = await tx.recharge.updateMany({
    where: { id: order.id, status: { in: statusesBefore(move).filter((one) => one === order.status) } },
    data: { ...data, status },
  });
  return moved.count === 1;
}

/** Notes something of an order that does not move it. */
export async function noteOrder(
  tx: Transaction,
  id: string,
  data: Prisma.RechargeUncheckedUpdateInput,
): Promise<void> {
  await tx.recharge.update({ where: { id }, data });
}

/** Pending orders that are paid and only lack a rate of their currency. */
export async function findWithoutRate(currency?: string): Promise<string[]> {
  const rows = await prisma().recharge.findMany({
    where: {
      status: "pending",
      paidAt: { not: null },
      reason: "no-rate",
      ...(currency === undefined ? {} : { currency }),
    },
    select: { id: true },
    orderBy: { id: "asc" },
    take: 1000,
  });
  return rows.map(({ id }) => id);
}

/** Pending orders of which nobody knows that they are paid and whose time is over. */
export async function findExpired(now: Date): Promise<string[]> {
  const rows = await prisma().recharge.findMany({
    where: { status: "pending", paidAt: null, expiresAt: { lte: now } },
    select: { id: true },
    orderBy: { id: "asc" },
    take: 1000,
  });
  return rows.map(({ id }) => id);
}

/** An order as the API says it; where it is paid and when it ends only while it waits for payment. */
export function toRecharge(row: Order): Recharge {
  const hasRate = row.rateDate !== "";
  return {
    id: row.id,
    accountId: row.accountId,
    accountName: row.account.name,
    amount: row.amount.toFixed(),
    currency: row.currency,
    method: row.method,
    orderNo: row.orderNo,
    status: asStatus(row.status),
    reason: asReason(row.reason),
    credit: formatUsd(row.creditNanoUsd),
    bonus: formatUsd(row.bonusNanoUsd),
    refunded: formatUsd(row.refundedNanoUsd),
    refundedAmount: row.refundedAmount.toFixed(),
    rate: hasRate ? displayExact(parseFraction(row.rate)) : null,
    rateDate: hasRate ? row.rateDate : null,
    note: row.note,
    tier: row.tierId === null ? null : { id: row.tierId, name: row.tierName ?? "" },
    ledgerTransactionId: row.ledgerTransactionId,
    providerRef: row.providerRef,
    payUrl: row.status === "pending" ? row.payUrl : null,
    createdAt: row.createdAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
    creditedAt: row.creditedAt?.toISOString() ?? null,
    expiresAt: row.status === "pending" ? (row.expiresAt?.toISOString() ?? null) : null,
  };
}

function whereOf(query: ListRecharges, now: Date): Prisma.RechargeWhereInput {
  const { accountId, method, orderNo, status, currency, waiting, q, from, to } = query;
  const part =
    q === undefined || q === "" ? undefined : { contains: likeLiteral(q), mode: "insensitive" as const };
  return {
    AND: [
      accountId === undefined ? {} : { accountId },
      method === undefined ? {} : { method },
      orderNo === undefined ? {} : { orderNo: { equals: likeLiteral(orderNo), mode: "insensitive" } },
      status === undefined ? {} : { status },
      currency === undefined ? {} : { currency },
      waiting === undefined ? {} : waits(now),
      from === undefined ? {} : { createdAt: { gte: new Date(from) } },
      to === undefined ? {} : { createdAt: { lt: new Date(to) } },
      part === undefined ? {} : { OR: [{ orderNo: part }, { note: part }, { account: { name: part } }] },
    ],
  };
}

/** What asks for a person. */
function waits(now: Date): Prisma.RechargeWhereInput {
  const since = new Date(now.getTime() - stuckMs);
  return {
    OR: [
      { status: "review" },
      { status: "pending", createdAt: { lte: since } },
      { refunds: { some: { providerState: "failed" } } },
    ],
  };
}

/** Prisma compares with ILIKE where case does not count: `%` and `_` mean themselves. */
function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
