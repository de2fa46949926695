import { namesOfAccounts } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { utcDay } from "#lib/core/time";
import type { Prisma } from "#lib/db/generated/client";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { creditNanoUsd, maxCreditNanoUsd } from "./credit.ts";
import { type CreditOutcome, creditOrder, orderFacts, rateOf, wrongStatus } from "./credit-service.ts";
import { addEvent, listEvents } from "./event-store.ts";
import { tellRejected } from "./receipt-service.ts";
import type { CreateRecharge, Recharge, RechargeEvent } from "./schema.ts";
import {
  findRecharge,
  insertRecharge,
  lockOrder,
  moveRecharge,
  noteOrder,
  type Order,
  toRecharge,
} from "./store.ts";

/**
 * Records a payment. `manual` is credited at once, all else waits for whoever sees the money; a currency without a good
 * rate (findGoodRate) leaves it pending until there is one. Throws 409 `order_exists` for an order number used before
 * with this method in any case, 422 otherwise.
 */
export async function createRecharge(actor: Actor, body: CreateRecharge, base: string): Promise<Recharge> {
  if (body.method === "code") throw invalidFields({ method: "codes are redeemed, not recorded" });
  const names = await namesOfAccounts([body.accountId]);
  if (names.size === 0) throw invalidFields({ accountId: "there is no such account" });
  const now = new Date();
  const rate = await rateOf(body.currency, utcDay(now.getTime()));
  if (rate !== undefined) checkCredit(body.amount, rate.usdPerUnit);
  await loadLayout();
  const id = await inTransaction(async (tx) => {
    const isManual = body.method === "manual";
    const data = { ...body, note: body.note ?? "", base };
    const order = await openOrder(tx, actor, { ...data, ...(isManual ? { paidAt: now } : {}) }, now);
    if (isManual) await creditOrder(tx, order, actor, now);
    return order.id;
  });
  return getRecharge(id);
}

/** Puts a pending order on record, in the caller's transaction. Throws 409 `order_exists`. */
export async function openOrder(
  tx: Transaction,
  actor: Actor,
  data: Pick<Prisma.RechargeCreateManyInput, "accountId" | "method" | "orderNo" | "amount" | "currency"> &
    Partial<Pick<Prisma.RechargeCreateManyInput, "note" | "base" | "paidAt" | "expiresAt" | "payUrl">> & {
      id?: string;
    },
  at: Date,
): Promise<Order> {
  const order = await insertRecharge(tx, {
    ...{ ...data, rate: "0", rateDate: "", creditNanoUsd: 0n, status: "pending" },
    ...{ createdBy: actor.id, createdAt: at },
  });
  if (order === undefined) throw orderExists(data);
  await addEvent(tx, { rechargeId: order.id, at, kind: "created", status: "pending", by: actor.name });
  const record = { targetType: "recharge", targetId: order.id, after: orderFacts(order) };
  await audit(tx, actor, { action: "recharge.create", ...record });
  return order;
}

/** Throws 404 when there is none. */
export async function getRecharge(id: string): Promise<Recharge> {
  const recharge = await findRecharge(id);
  if (recharge === undefined) throw notFound("recharge");
  return recharge;
}

/** An order's story from its beginning. Throws 404. */
export async function storyOf(id: string): Promise<RechargeEvent[]> {
  return listEvents((await getRecharge(id)).id);
}

/**
 * Credits an order by hand: it stands credited when this returns, or waits for its rate. Of two who do it at once one
 * wins. Throws 404; 409 `recharge_decided` with the order as it stands.
 */
export async function creditRecharge(
  actor: Actor,
  id: string,
  { note }: { note?: string | undefined },
): Promise<Recharge> {
  await loadLayout();
  const now = new Date();
  await inTransaction(async (tx) => {
    const order = await lockOrThrow(tx, id);
    const noted = note === undefined || note === "" ? order : { ...order, note };
    if (noted !== order) await noteOrder(tx, id, { note: noted.note });
    refuseLost(order, await creditOrder(tx, noted, actor, now));
  });
  return getRecharge(id);
}

/** Says that an order is not credited, and why; the account is written to. Throws 404, 409 `recharge_decided`. */
export async function rejectRecharge(actor: Actor, id: string, reason: string): Promise<Recharge> {
  await loadLayout();
  const now = new Date();
  await inTransaction(async (tx) => {
    const order = await lockOrThrow(tx, id);
    await rejectOrder(tx, order, actor, now, reason.trim());
  });
  return getRecharge(id);
}

/** rejectRecharge's part within a transaction, on a locked order. Throws 409 `recharge_decided`. */
export async function rejectOrder(tx: Transaction, order: Order, actor: Actor, at: Date, reason: string) {
  if (!(await moveRecharge(tx, order, "reject", { reason: "" }))) refuseLost(order, "lost");
  await addEvent(tx, {
    ...{ rechargeId: order.id, at, kind: "rejected", status: "rejected", by: actor.name, detail: { reason } },
  });
  await audit(tx, actor, {
    ...{ action: "recharge.reject", targetType: "recharge", targetId: order.id },
    before: { status: order.status },
    after: { status: "rejected", ...orderFacts(order), reason },
  });
  await tellRejected(tx, order, reason);
}

/** Throws 404. */
export async function lockOrThrow(tx: Transaction, id: string): Promise<Order> {
  const order = await lockOrder(tx, id);
  if (order === undefined) throw notFound("recharge");
  return order;
}

/** Throws 409 `recharge_decided` for whoever came second. */
export function refuseLost(order: Order, outcome: CreditOutcome): void {
  if (outcome === "lost") throw wrongStatus(order.status, { current: toRecharge(order) });
}

/** Throws 422 for what is worth nothing, or more than one recharge may credit. */
export function checkCredit(amount: string, usdPerUnit: string): void {
  const credit = creditNanoUsd(amount, usdPerUnit);
  if (credit === 0n) throw invalidFields({ amount: "this is less than the smallest unit of credit" });
  if (credit > maxCreditNanoUsd) throw invalidFields({ amount: "this is more than one recharge may credit" });
}

function orderExists({ method, orderNo }: { method: string; orderNo: string }): AppError {
  return new AppError({
    code: "order_exists",
    status: 409,
    message: `Order ${orderNo} has been recorded for ${method} before.`,
    fields: { orderNo: "recorded before" },
  });
}
