import type { Actor } from "#lib/api/operation";
import type { Transaction } from "#lib/db/transaction";
import { creditOrder, reviewOrder } from "#lib/recharges/credit-service";
import { addEvent } from "#lib/recharges/event-store";
import { asStatus, type RechargeReason } from "#lib/recharges/machine";
import { parseAmount } from "#lib/recharges/refund";
import { noteOrder, type Order } from "#lib/recharges/store";
import type { PaymentOutcome } from "./event-store.ts";

/** What a provider says was paid. `amount` in `currency`, decimal. */
export type Payment = {
  amount: string;
  currency: string;
  paidAt: Date;
  /** The provider's name of the payment; null: it has none. */
  providerRef: string | null;
};

/**
 * A payment has come in for a locked order: credits it if amount and currency are the order's, to the last digit; else
 * a person looks. What was credited before stays as it is, whoever says again that it is paid.
 */
export async function takePayment(
  tx: Transaction,
  order: Order,
  by: Actor,
  payment: Payment,
  at: Date,
): Promise<PaymentOutcome> {
  const status = asStatus(order.status);
  const told = { paid: payment.amount, paidCurrency: payment.currency };
  if (status === "credited" || status === "refunded" || status === "review") {
    return again(tx, order, by, payment, at);
  }
  const paidAt = order.paidAt ?? (payment.paidAt > at ? at : payment.paidAt);
  const providerRef = payment.providerRef ?? order.providerRef;
  await noteOrder(tx, order.id, { paidAt, providerRef });
  const paid = { ...order, paidAt, providerRef };
  const reason = status === "rejected" ? "paid-after-rejection" : differs(order, payment);
  if (reason !== undefined) {
    return (await reviewOrder(tx, paid, by, at, reason, told)) ? "review" : "known";
  }
  if (order.paidAt === null) {
    await addEvent(tx, { rechargeId: order.id, at, kind: "paid", status, by: by.name, detail: told });
  }
  const outcome = await creditOrder(tx, paid, by, at);
  return outcome === "lost" ? "known" : outcome;
}

/** A second payment of one order is money that belongs to somebody: it is written down, and nothing is credited. */
async function again(
  tx: Transaction,
  order: Order,
  by: Actor,
  payment: Payment,
  at: Date,
): Promise<PaymentOutcome> {
  const isAnother =
    payment.providerRef !== null && order.providerRef !== null && payment.providerRef !== order.providerRef;
  const reason: RechargeReason | undefined = isAnother ? "paid-twice" : differs(order, payment);
  if (reason === undefined) return "known";
  const detail = {
    reason,
    paid: payment.amount,
    paidCurrency: payment.currency,
    ref: payment.providerRef ?? "",
  };
  const status = asStatus(order.status);
  await addEvent(tx, { rechargeId: order.id, at, kind: "differs", status, by: by.name, detail });
  await noteOrder(tx, order.id, { reason });
  return "review";
}

function differs(order: Order, { amount, currency }: Payment): RechargeReason | undefined {
  if (currency !== order.currency) return "currency-differs";
  return parseAmount(amount) === parseAmount(order.amount.toFixed()) ? undefined : "amount-differs";
}
