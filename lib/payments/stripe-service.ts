import type Stripe from "stripe";
import { formatUsd } from "#lib/core/money";
import type { Transaction } from "#lib/db/transaction";
import { addEvent } from "#lib/recharges/event-store";
import { asStatus } from "#lib/recharges/machine";
import { parseAmount } from "#lib/recharges/refund";
import { findOrderOfPayment, lockOrder, moveRecharge, type Order } from "#lib/recharges/store";
import type { PaymentOutcome } from "./event-store.ts";
import {
  givenBack,
  lockNamed,
  type Message,
  onMessage,
  providerActor,
  takenBack,
} from "./message-service.ts";
import { fromMinor } from "./minor-units.ts";
import { takePayment } from "./payment-service.ts";
import { stripeClient, stripeEvent, stripeId, stripeMethod } from "./stripe-live.ts";
import { invalidSignature } from "./webhook-service.ts";

/** Where Stripe keeps our order's id: on the session, the payment and its charge. */
export const orderKey = "tollgate_order";

/**
 * A message of Stripe's. What it came to stands when this returns. Throws 400 `invalid_signature`, 404 where Stripe is
 * not set up or the order is not known, 409 `too_early`: the last two are sent again.
 */
export async function takeStripeWebhook(
  rawBody: string,
  signature: string | null,
  now: Date,
): Promise<PaymentOutcome> {
  const row = await stripeMethod();
  let event: Stripe.Event;
  try {
    event = stripeEvent(row, rawBody, signature ?? "");
  } catch {
    throw invalidSignature();
  }
  const by = providerActor(stripeId, row.name);
  const message: Message = { method: stripeId, eventId: event.id, kind: event.type, by, at: now };
  const work = await workOf(event, message, () => stripeClient(row));
  if (work === undefined) return "ignored";
  return onMessage(message, work, { mayFreeze: event.type.startsWith("charge.dispute.") });
}

type Work = (
  tx: Transaction,
  revision: bigint,
) => Promise<{ outcome: PaymentOutcome; rechargeId: string | null }>;

/** What an event asks for; undefined: nothing, or it is about a payment that is none of ours. */
async function workOf(
  event: Stripe.Event,
  message: Message,
  client: () => Stripe,
): Promise<Work | undefined> {
  switch (event.type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
      return onSession(event.data.object, message, new Date(event.created * 1000));
    case "checkout.session.expired":
      return onExpired(event.data.object, message);
    case "charge.refunded":
      return onRefunded(event.data.object, message);
    case "charge.dispute.created":
    case "charge.dispute.funds_withdrawn":
    case "charge.dispute.funds_reinstated":
    case "charge.dispute.closed":
      return onDispute(event.type, event.data.object, message, client);
    default:
      return undefined;
  }
}

function onSession(session: Stripe.Checkout.Session, message: Message, paidAt: Date): Work | undefined {
  const id = session.metadata?.[orderKey];
  // A payment that takes its time: another message tells when it has come.
  if (id === undefined || session.payment_status !== "paid") return undefined;
  return async (tx) => {
    const order = await lockNamed(tx, id);
    const currency = (session.currency ?? "").toUpperCase();
    const amount = fromMinor(session.amount_total ?? 0, currency);
    const payment = { amount, currency, paidAt, providerRef: idOf(session.payment_intent) };
    return {
      outcome: await takePayment(tx, order, message.by, payment, message.at),
      rechargeId: order.id,
    };
  };
}

function onExpired(session: Stripe.Checkout.Session, { by, at }: Message): Work | undefined {
  const id = session.metadata?.[orderKey];
  if (id === undefined) return undefined;
  return async (tx) => {
    const order = await lockNamed(tx, id);
    const isOver = order.paidAt === null && (await moveRecharge(tx, order, "expire"));
    if (!isOver) return { outcome: "ignored", rechargeId: id };
    await addEvent(tx, { rechargeId: id, at, kind: "expired", status: "expired", by: by.name });
    return { outcome: "expired", rechargeId: id };
  };
}

/** A charge tells all that was refunded of it so far: what is new is the rest, whatever came late or twice. */
function onRefunded(charge: Stripe.Charge, message: Message): Work | undefined {
  const id = charge.metadata[orderKey];
  if (id === undefined) return undefined;
  return async (tx, revision) => {
    const order = await lockNamed(tx, id);
    const all = parseAmount(fromMinor(charge.amount_refunded, order.currency));
    const fresh = all - parseAmount(order.refundedAmount.toFixed());
    if (fresh <= 0n) return { outcome: "known", rechargeId: id };
    const ref = `refund ${charge.id} ${charge.amount_refunded}`;
    const taken = { kind: "refund" as const, amount: formatUsd(fresh), ref, reason: "" };
    return { outcome: await takenBack(tx, order, message, taken, revision), rechargeId: id };
  };
}

/** A dispute names its payment only: whose it is stands on the payment. */
async function onDispute(
  type: string,
  dispute: Stripe.Dispute,
  message: Message,
  client: () => Stripe,
): Promise<Work | undefined> {
  const isBack = type === "charge.dispute.funds_reinstated" || dispute.status === "won";
  // A mere inquiry takes nothing; a dispute that is lost has taken it before.
  if (!isBack && (dispute.status.startsWith("warning") || type === "charge.dispute.closed")) return undefined;
  const payment = idOf(dispute.payment_intent);
  if (payment === null) return undefined;
  const intent = await client()
    .paymentIntents.retrieve(payment)
    .catch(() => undefined);
  const named = intent?.metadata?.[orderKey];
  return async (tx, revision) => {
    const order = await orderOfPayment(tx, payment, named);
    if (order === undefined) return { outcome: "ignored", rechargeId: null };
    if (isBack)
      return { outcome: await givenBack(tx, order, message, dispute.id, revision), rechargeId: order.id };
    const amount = fromMinor(dispute.amount, dispute.currency.toUpperCase());
    const taken = { kind: "chargeback" as const, amount, ref: dispute.id, reason: dispute.reason };
    return { outcome: await takenBack(tx, order, message, taken, revision), rechargeId: order.id };
  };
}

async function orderOfPayment(
  tx: Transaction,
  payment: string,
  named: string | undefined,
): Promise<Order | undefined> {
  const id = (await findOrderOfPayment(tx, stripeId, payment)) ?? named;
  return id === undefined ? undefined : lockOrder(tx, id);
}

function idOf(named: string | { id: string } | null): string | null {
  return typeof named === "string" ? named : (named?.id ?? null);
}

/** Whether Stripe itself can pay an order back. */
export function isStripesOwn({
  method,
  providerRef,
  status,
}: Pick<Order, "method" | "providerRef" | "status">): boolean {
  return method === stripeId && providerRef?.startsWith("pi_") === true && asStatus(status) === "credited";
}
