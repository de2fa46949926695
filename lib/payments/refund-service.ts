import type { Actor } from "#lib/api/operation";
import { notFound } from "#lib/core/errors";
import { secondMs } from "#lib/core/time";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { addEvent } from "#lib/recharges/event-store";
import { asStatus } from "#lib/recharges/machine";
import { takeBack } from "#lib/recharges/refund-service";
import { findRefundById, findUnsentRefunds, gatherForRefund, markRefund } from "#lib/recharges/refund-store";
import type { Recharge } from "#lib/recharges/schema";
import { getRecharge, lockOrThrow } from "#lib/recharges/service";
import { findMoney } from "#lib/recharges/store";
import { log } from "#lib/runtime/log";
import { toMinor } from "./minor-units.ts";
import { stripeClient, stripeMethod } from "./stripe-live.ts";
import { isStripesOwn, orderKey } from "./stripe-service.ts";

/** A refund that was begun and not sent by then is sent again by the job. */
const RESEND_AFTER_MS = 30 * secondMs;

/**
 * Takes back all or a part of a credited order: idle money is asked back from the nodes first. Stripe is told to pay
 * back what was paid there, after the money is out of the account; if it does not take it, the order asks for a person,
 * and the job tries again. Throws 404; 409 `insufficient_balance`, `recharge_decided`; 422 for more than is left.
 */
export async function refundRecharge(
  actor: Actor,
  id: string,
  { amount, reason }: { amount?: string | undefined; reason: string },
): Promise<Recharge> {
  const money = await findMoney(id);
  if (money === undefined) throw notFound("recharge");
  await gatherForRefund(money);
  await loadLayout();
  const refundId = await inTransaction(async (tx) => {
    const order = await lockOrThrow(tx, id);
    const mustBeSent = isStripesOwn(order);
    const taking = { kind: "refund" as const, amount, reason: reason.trim(), mustBeSent };
    return takeBack(tx, order, actor, taking, { at: new Date() });
  });
  await sendRefund(refundId);
  return getRecharge(id);
}

/** Sends refunds that a stopped node has left unsent, and those that Stripe did not take. Answers how many it took. */
export async function sendRefunds(now: Date): Promise<number> {
  const before = new Date(now.getTime() - RESEND_AFTER_MS);
  let sent = 0;
  for (const { id } of await findUnsentRefunds(before, ["sending", "failed"])) {
    if (await sendRefund(id)) sent += 1;
  }
  return sent;
}

/** Tells Stripe to pay a refund back, under its id: however often it is told, it pays once. */
async function sendRefund(id: string): Promise<boolean> {
  const refund = await findRefundById(id);
  if (refund === undefined || (refund.providerState !== "sending" && refund.providerState !== "failed"))
    return false;
  const { recharge, amount } = refund;
  const state = await tellStripe({
    ...{ id, payment: recharge.providerRef ?? "", order: recharge.id },
    minor: toMinor(amount.toFixed(), recharge.currency),
  });
  await inTransaction(async (tx) => {
    const isNews = refund.providerState !== state && (await markRefund(tx, id, state));
    if (!isNews) return;
    const kind = state === "sent" ? "refund-sent" : "refund-failed";
    const order = await lockOrThrow(tx, recharge.id);
    const detail = { amount: amount.toFixed() };
    const at = new Date();
    await addEvent(tx, { rechargeId: order.id, at, kind, status: asStatus(order.status), by: "", detail });
  });
  return state === "sent";
}

async function tellStripe(refund: {
  id: string;
  payment: string;
  order: string;
  minor: number | undefined;
}): Promise<"sent" | "failed"> {
  if (refund.minor === undefined) return "failed";
  try {
    const stripe = stripeClient(await stripeMethod());
    await stripe.refunds.create(
      { payment_intent: refund.payment, amount: refund.minor, metadata: { [orderKey]: refund.order } },
      { idempotencyKey: `refund-${refund.id}` },
    );
    return "sent";
  } catch (error) {
    const status =
      typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : null;
    log().warn({ refund: refund.id, status }, "Stripe did not take a refund");
    return "failed";
  }
}
