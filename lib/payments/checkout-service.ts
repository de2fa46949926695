import { randomBytes } from "node:crypto";
import { findAccount } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { hourMs, minuteMs, utcDay } from "#lib/core/time";
import type { PaymentMethod } from "#lib/db/generated/client";
import { inTransaction } from "#lib/db/transaction";
import { rateOf } from "#lib/recharges/credit-service";
import { parseAmount } from "#lib/recharges/refund";
import type { Recharge } from "#lib/recharges/schema";
import { checkCredit, getRecharge, openOrder } from "#lib/recharges/service";
import { countOpenOrders } from "#lib/recharges/store";
import { newId } from "#lib/runtime/id";
import { readSettings } from "#lib/settings/store";
import type { BeginRecharge } from "./checkout-schema.ts";
import { findMethod } from "./method-store.ts";
import { toMinor } from "./minor-units.ts";
import { orderNumber } from "./order-no.ts";
import { stripeClient, stripeFailed } from "./stripe-live.ts";
import { orderKey } from "./stripe-service.ts";

/** Orders of one account that wait to be paid. */
const MOST_OPEN = 20;

/**
 * Begins to pay: a pending order with a number and, as the way of paying has it, an address where it is paid. Throws 422
 * by field for what that way does not take, 409 `too_many_open` for one that opens orders and pays none, 502
 * `payment_provider_error`.
 */
export async function beginRecharge(actor: Actor, body: BeginRecharge, base: string): Promise<Recharge> {
  const method = await findMethod(body.method);
  if (method === undefined || !method.enabled)
    throw invalidFields({ method: "this way of paying is not offered" });
  const account = await findAccount(body.accountId);
  if (account === undefined) throw notFound("account");
  const now = new Date();
  await checkAmount(method, body, now);
  if ((await countOpenOrders(body.accountId)) >= MOST_OPEN) throw tooManyOpen();
  const id = newId(now.getTime());
  const orderNo = orderNumber(now, randomBytes(8));
  const hours = (await readSettings())["recharges.expireHours"];
  const expiresAt = new Date(now.getTime() + hours * hourMs);
  const order = { id, orderNo, amount: body.amount, currency: body.currency, expiresAt };
  const payUrl =
    method.kind === "stripe" ? await stripeCheckout(method, order, { now, base }) : payUrlOf(method, order);
  const { accountId } = body;
  await inTransaction((tx) =>
    openOrder(tx, actor, { ...order, accountId, method: method.id, payUrl, base }, now),
  );
  return getRecharge(id);
}

async function checkAmount(
  method: PaymentMethod,
  { amount, currency }: BeginRecharge,
  now: Date,
): Promise<void> {
  const { id, kind, currencies, least, most } = method;
  if (!currencies.includes(currency))
    throw invalidFields({ currency: `${currencies.join(", ")} can be paid so` });
  const value = parseAmount(amount);
  if (value < parseAmount(least.toFixed()))
    throw invalidFields({ amount: `at least ${least.toFixed()} ${currency}` });
  if (most !== null && value > parseAmount(most.toFixed())) {
    throw invalidFields({ amount: `at most ${most.toFixed()} ${currency}` });
  }
  if (kind === "stripe" && toMinor(amount, currency) === undefined) {
    throw invalidFields({ amount: `${id} cannot take this amount of ${currency}` });
  }
  const rate = await rateOf(currency, utcDay(now.getTime()));
  if (rate !== undefined) checkCredit(amount, rate.usdPerUnit);
}

type NewOrder = { id: string; orderNo: string; amount: string; currency: string; expiresAt: Date };

/** Stripe's own page for one payment. It knows our order on the session, the payment and the charge. */
async function stripeCheckout(
  method: PaymentMethod,
  { id, orderNo, amount, currency, expiresAt }: NewOrder,
  { now, base }: { now: Date; base: string },
): Promise<string> {
  const metadata = { [orderKey]: id };
  // Stripe takes half an hour to a day.
  const ends = Math.min(
    Math.max(expiresAt.getTime(), now.getTime() + 31 * minuteMs),
    now.getTime() + 24 * hourMs - minuteMs,
  );
  try {
    const session = await stripeClient(method).checkout.sessions.create(
      {
        mode: "payment",
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: currency.toLowerCase(),
              unit_amount: toMinor(amount, currency) ?? 0,
              product_data: { name: orderNo },
            },
          },
        ],
        client_reference_id: orderNo,
        metadata,
        payment_intent_data: { metadata },
        success_url: `${base}/recharge?order=${id}`,
        cancel_url: `${base}/recharge`,
        expires_at: Math.floor(ends / 1000),
      },
      { idempotencyKey: `order-${id}` },
    );
    if (session.url === null) throw new Error("a session without an address");
    return session.url;
  } catch (error) {
    throw stripeFailed(error);
  }
}

function payUrlOf({ payUrl }: PaymentMethod, { orderNo, amount, currency }: NewOrder): string | null {
  if (payUrl === "") return null;
  const values: Record<string, string> = { orderNo, amount, currency };
  return payUrl.replace(/\{(orderNo|amount|currency)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ""),
  );
}

function tooManyOpen(): AppError {
  const message = "Too many orders wait to be paid: pay one of them, or let them expire.";
  return new AppError({ code: "too_many_open", status: 409, message });
}
