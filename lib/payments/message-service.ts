import type { Actor } from "#lib/api/operation";
import { AppError } from "#lib/core/errors";
import { formatUsd } from "#lib/core/money";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { asStatus } from "#lib/recharges/machine";
import { parseAmount } from "#lib/recharges/refund";
import { reinstate, takeBack } from "#lib/recharges/refund-service";
import { findRefund } from "#lib/recharges/refund-store";
import { lockOrder, type Order } from "#lib/recharges/store";
import { applied } from "#lib/runtime/applied";
import { closeEvent, type PaymentOutcome, takeEvent } from "./event-store.ts";

/** A provider's message whose signature was right. */
export type Message = { method: string; eventId: string; kind: string; by: Actor; at: Date };
type Result = { outcome: PaymentOutcome; rechargeId: string | null };

/**
 * Does what a message asks for, once: message, order, ledger and story stand in one transaction, and it is acknowledged
 * after that. `mayFreeze`: it may suspend an account or make it active, in force on this node when this returns.
 */
export async function onMessage(
  message: Message,
  work: (tx: Transaction, revision: bigint) => Promise<Result>,
  { mayFreeze = false } = {},
): Promise<PaymentOutcome> {
  await loadLayout();
  const { outcome, revision } = await inTransaction(async (tx) => {
    const revision = mayFreeze ? await bumpRevision(tx) : 0n;
    const { method, eventId, kind, at } = message;
    const isNew = await takeEvent(tx, { method, eventId, kind, at });
    if (!isNew) return { outcome: "known" as const, revision };
    const { outcome, rechargeId } = await work(tx, revision);
    await closeEvent(tx, message, outcome, rechargeId);
    return { outcome, revision };
  });
  if (mayFreeze) await applied(revision);
  return outcome;
}

/** Locks an order that a message is about. Throws 404 `order_unknown`: the provider sends it again. */
export async function lockNamed(tx: Transaction, id: string | undefined): Promise<Order> {
  const order = id === undefined ? undefined : await lockOrder(tx, id);
  if (order !== undefined) return order;
  throw new AppError({ code: "order_unknown", status: 404, message: "There is no such order (yet)." });
}

/** What a provider has taken back, under its name of it. */
export type TakenBack = { kind: "refund" | "chargeback"; amount: string; ref: string; reason: string };

/**
 * Takes back what a provider has paid back or a bank has taken: at most what is left, once per name of it. Throws 409
 * `not_credited` for an order that is not credited yet: the messages came in another order, and this one comes again.
 */
export async function takenBack(
  tx: Transaction,
  order: Order,
  { by, at }: Message,
  { kind, amount, ref, reason }: TakenBack,
  revision: bigint,
): Promise<PaymentOutcome> {
  if ((await findRefund(tx, order.id, ref)) !== undefined) return "known";
  const left = parseAmount(order.amount.toFixed()) - parseAmount(order.refundedAmount.toFixed());
  if (order.status !== "credited") {
    if (asStatus(order.status) === "refunded") return "known";
    throw notCredited();
  }
  const most = parseAmount(amount) > left ? left : parseAmount(amount);
  const taking = { kind, amount: formatUsd(most), reason, providerRef: ref, isGone: true };
  await takeBack(tx, order, by, taking, kind === "chargeback" ? { at, revision } : { at });
  return kind === "chargeback" ? "chargeback" : "refunded";
}

/** Gives back what a chargeback took. Throws 409 `not_credited` where that has not come yet. */
export async function givenBack(
  tx: Transaction,
  order: Order,
  { by, at }: Message,
  ref: string,
  revision: bigint,
): Promise<PaymentOutcome> {
  const refund = await findRefund(tx, order.id, ref);
  if (refund === undefined) throw notCredited();
  return (await reinstate(tx, order, by, ref, { at, revision })) ? "reinstated" : "known";
}

function notCredited(): AppError {
  const message = "What came before this has not arrived yet: send it again.";
  return new AppError({ code: "too_early", status: 409, message });
}

/** Who a provider is, for the story and the audit log. */
export function providerActor(method: string, name: string): Actor {
  return { type: "system", id: method, name, role: "operator", ip: null };
}
