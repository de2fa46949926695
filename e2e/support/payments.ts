import Stripe from "stripe";
import type { Json, Operator } from "#bench/operator";
import { signatureHeader, signPayment } from "#lib/payments/signature";
import { OWNER } from "./owner.ts";

const SECRET = "whsec_of_these_tests_only";
const API_KEY = "sk_test_these_tests_only";
const stripe = new Stripe(API_KEY);

/** What somebody paid, and what of it the provider has paid back; both in cents of a US dollar. */
export type Paid = {
  accountId: string;
  method: "stripe" | "bank";
  orderNo: string;
  cents: number;
  refundedCents: number;
};

/** What a provider says, the same words however often it is sent. */
export type Message = {
  id: string;
  method: Paid["method"];
  orderNo: string;
  /** What stands of the order once it is taken; undefined: nothing new. */
  says: "paid" | "refunded" | undefined;
  body: string;
};

/** Both ways that money comes in by itself: Stripe, whose API is at `stripeBase`, and a system of another make. */
export async function offerPayments(operator: Operator, stripeBase: string): Promise<void> {
  // Their secrets ask for a password that was entered lately.
  await operator.need("POST", "/api/auth/reauthenticate", { password: OWNER.password });
  const shared = { currencies: ["USD"], secret: SECRET };
  const card = { kind: "stripe", name: "Card", apiKey: API_KEY, apiBase: stripeBase };
  await operator.need("PUT", "/api/payment-methods/stripe", { ...shared, ...card });
  await operator.need("PUT", "/api/payment-methods/bank", { ...shared, kind: "webhook", name: "Bank" });
}

/**
 * What Stripe says of the payment of an order: at once or, of some, after a message that it is not paid yet; of some it
 * says it twice in two ways.
 */
export function stripeMessages(orderId: string, paid: Paid, index: number): Message[] {
  const named = { metadata: { tollgate_order: orderId }, payment_intent: `pi_${orderId}` };
  const session = (status: string) => ({
    ...{ id: `cs_${orderId}`, object: "checkout.session", ...named },
    ...{ payment_status: status, amount_total: paid.cents, currency: "usd" },
  });
  const charge = { id: `ch_${orderId}`, object: "charge", ...named, currency: "usd" };
  const event = (type: string, object: object, says: Message["says"]): Message => {
    const id = `evt_${crypto.randomUUID()}`;
    const created = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ id, object: "event", type, created, data: { object } });
    return { id, method: "stripe", orderNo: paid.orderNo, says, body };
  };
  const isSlow = index % 3 === 0;
  const isSaidTwice = index % 4 === 1;
  const later = isSlow || isSaidTwice ? ["checkout.session.async_payment_succeeded"] : [];
  return [
    event("checkout.session.completed", session(isSlow ? "unpaid" : "paid"), isSlow ? undefined : "paid"),
    ...later.map((type) => event(type, session("paid"), "paid")),
    ...(paid.refundedCents === 0
      ? []
      : [event("charge.refunded", { ...charge, amount_refunded: paid.refundedCents }, "refunded")]),
  ];
}

/** The same of a system of another make; `isAnnounced`: Tollgate knows the order, else the message says whose it is. */
export function bankMessages(
  paid: Paid,
  index: number,
  { isAnnounced }: { isAnnounced: boolean },
): Message[] {
  const { orderNo, accountId } = paid;
  const message = (type: "succeeded" | "refunded", cents: number, more: Json): Message => {
    const id = crypto.randomUUID();
    const fields = { id, type: `payment.${type}`, orderNo, amount: dollars(cents), currency: "USD", ...more };
    const says = type === "succeeded" ? "paid" : "refunded";
    return { id, method: "bank", orderNo, says, body: JSON.stringify(fields) };
  };
  const payment = { reference: `payment ${orderNo}`, ...(isAnnounced ? {} : { accountId }) };
  const told = index % 4 === 1 ? [0, 1] : [0];
  return [
    ...told.map(() => message("succeeded", paid.cents, payment)),
    ...(paid.refundedCents === 0
      ? []
      : [message("refunded", paid.refundedCents, { reference: `refund ${orderNo}` })]),
  ];
}

/** Sends a message as its provider does, signed at this moment. Answers the status; undefined: there was no answer. */
export async function sendMessage(url: string, { method, body }: Message): Promise<number | undefined> {
  const [path, signature] = method === "stripe" ? signedByStripe(body) : signedByBank(body);
  try {
    const answer = await fetch(`${url}/api/webhooks/${path}`, { method: "POST", headers: signature, body });
    await answer.text();
    return answer.status;
  } catch {
    return undefined;
  }
}

function signedByStripe(payload: string) {
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET });
  return ["stripe", { "stripe-signature": header }] as const;
}

function signedByBank(body: string) {
  const header = signPayment(SECRET, body, Math.floor(Date.now() / 1000));
  return ["payments/bank", { [signatureHeader]: header }] as const;
}

/** 1250 → "12.50". */
export function dollars(cents: number): string {
  return (cents / 100).toFixed(2);
}
