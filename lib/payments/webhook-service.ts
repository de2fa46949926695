import { findAccount } from "#lib/accounts/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import type { Transaction } from "#lib/db/transaction";
import { openOrder } from "#lib/recharges/service";
import { findOrderId, type Order } from "#lib/recharges/store";
import { requestBase } from "#lib/runtime/request-base";
import { open } from "#lib/secrets/live";
import type { PaymentOutcome } from "./event-store.ts";
import {
  givenBack,
  lockNamed,
  type Message,
  onMessage,
  providerActor,
  takenBack,
} from "./message-service.ts";
import { findMethod } from "./method-store.ts";
import { takePayment } from "./payment-service.ts";
import { isSigned } from "./signature.ts";
import { type PaymentWebhook, paymentWebhookBody } from "./webhook-schema.ts";

/**
 * A message of a payment system: believed by its signature over time and raw body alone. What it came to stands when
 * this returns. Throws 404 for a method that is not set up; 400 `invalid_signature`; 422 by field; 404 `order_unknown`,
 * 409 `too_early` for what is to be sent again.
 */
export async function takePaymentWebhook(
  method: string,
  rawBody: string,
  signature: string | null,
  now: Date,
): Promise<PaymentOutcome> {
  const row = await findMethod(method);
  if (row === undefined || row.kind !== "webhook") throw notFound("payment method");
  const isTrue = isSigned(
    open(row.secret, "payment.secret"),
    rawBody,
    signature,
    Math.floor(now.getTime() / 1000),
  );
  if (!isTrue) throw invalidSignature();
  const body = parsed(rawBody);
  const by = providerActor(method, row.name);
  const message: Message = { method, eventId: body.id, kind: body.type, by, at: now };
  const isTaking = body.type === "payment.charged_back" || body.type === "payment.reinstated";
  return onMessage(
    message,
    async (tx, revision) => {
      const order = await orderOf(tx, message, body);
      return { outcome: await apply(tx, order, message, body, revision), rechargeId: order.id };
    },
    { mayFreeze: isTaking },
  );
}

/** 400: says no more than that, so that nobody learns which part was wrong. */
export function invalidSignature(): AppError {
  const message = "The signature is missing, wrong, or more than five minutes old.";
  return new AppError({ code: "invalid_signature", status: 400, message });
}

function apply(
  tx: Transaction,
  order: Order,
  message: Message,
  body: PaymentWebhook,
  revision: bigint,
): Promise<PaymentOutcome> {
  const { amount, currency, type } = body;
  if (type === "payment.succeeded") {
    const paidAt = body.paidAt === undefined ? message.at : new Date(body.paidAt);
    const payment = { amount, currency, paidAt, providerRef: body.reference ?? null };
    return takePayment(tx, order, message.by, payment, message.at);
  }
  const { reference } = body;
  if (reference === undefined)
    throw invalidFields({ reference: "the refund's or dispute's name is expected" });
  if (currency !== order.currency) throw invalidFields({ currency: `the order is in ${order.currency}` });
  const ref = `${message.method} ${reference}`;
  if (type === "payment.reinstated") return givenBack(tx, order, message, ref, revision);
  const kind = type === "payment.refunded" ? "refund" : "chargeback";
  return takenBack(tx, order, message, { kind, amount, ref, reason: "" }, revision);
}

/** The order by its number; of a payment that nobody announced, a new one for the account that it names. */
async function orderOf(tx: Transaction, { method, by, at }: Message, body: PaymentWebhook): Promise<Order> {
  const { orderNo, accountId, amount, currency } = body;
  const id = await findOrderId(tx, method, orderNo);
  if (id !== undefined || accountId === undefined || body.type !== "payment.succeeded")
    return lockNamed(tx, id);
  if ((await findAccount(accountId)) === undefined)
    throw invalidFields({ accountId: "there is no such account" });
  return openOrder(tx, by, { accountId, method, orderNo, amount, currency, base: requestBase() }, at);
}

function parsed(rawBody: string): PaymentWebhook {
  let json: unknown;
  try {
    json = JSON.parse(rawBody);
  } catch {
    throw new AppError({ code: "invalid_request", status: 400, message: "The body is not valid JSON." });
  }
  const read = paymentWebhookBody.safeParse(json);
  if (read.success) return read.data;
  const fields = read.error.issues.map(({ path, message }) => [path.join(".") || "body", message] as const);
  throw invalidFields(Object.fromEntries(fields));
}
