import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError } from "#lib/core/errors";
import { formatUsd } from "#lib/core/money";
import { utcDay } from "#lib/core/time";
import type { Transaction } from "#lib/db/transaction";
import { rechargeEntries } from "#lib/ledger/entries";
import { postTransaction } from "#lib/ledger/store";
import { newId } from "#lib/runtime/id";
import { rewardCredit } from "#lib/tiers/reward-service";
import { creditNanoUsd, maxCreditNanoUsd } from "./credit.ts";
import { addEvent } from "./event-store.ts";
import { asStatus, type RechargeReason, statusAfter } from "./machine.ts";
import { findGoodRate } from "./rate-store.ts";
import { queueReceipts } from "./receipt-service.ts";
import { moveRecharge, noteOrder, type Order } from "./store.ts";

/** What became of an order that was to be credited: `waiting` has no rate yet, `lost` was moved by somebody else. */
export type CreditOutcome = "credited" | "waiting" | "review" | "lost";

/**
 * THE place where an order becomes credited, whatever the way of paying: status, ledger transaction, balance, bonus,
 * story, audit entry and receipts stand together in the caller's transaction or not at all. The rate is the newest one
 * dated the day of payment or before that is not too old; without one the order waits for it. `order` is locked by the caller (lockOrder)
 * or was inserted in this transaction; `at` is now, and the moment of payment where none is known.
 */
export async function creditOrder(
  tx: Transaction,
  order: Order,
  by: Actor,
  at: Date,
): Promise<CreditOutcome> {
  if (statusAfter(asStatus(order.status), "credit") === undefined) return "lost";
  const paidAt = order.paidAt ?? at;
  const rate = await rateOf(order.currency, utcDay(paidAt.getTime()), tx);
  if (rate === undefined) return waitForRate(tx, order, by, { at, paidAt });
  const credit = creditNanoUsd(order.amount.toFixed(), rate.usdPerUnit);
  if (credit === 0n || credit > maxCreditNanoUsd) {
    return (await reviewOrder(tx, order, by, at, "too-large")) ? "review" : "lost";
  }
  const ledgerTransactionId = newId(at.getTime());
  const rateOfDay = { rate: rate.usdPerUnit, rateDate: rate.date };
  const data = {
    ...rateOfDay,
    creditNanoUsd: credit,
    ledgerTransactionId,
    paidAt,
    creditedAt: at,
    reason: "",
  };
  if (!(await moveRecharge(tx, order, "credit", data))) return "lost";
  const reference = `${order.method} ${order.orderNo}`;
  const actor = `${by.type}:${by.id}`;
  const posting = {
    accountId: order.accountId,
    entries: rechargeEntries(credit),
    reference,
    note: order.note,
  };
  await postTransaction(tx, { ...posting, id: ledgerTransactionId, kind: "recharge", actor });
  const amount = order.amount.toFixed();
  const { accountId, id: rechargeId, currency } = order;
  const { bonusNanoUsd, tier } = await rewardCredit(tx, {
    ...{ accountId, rechargeId, amount, currency, creditNanoUsd: credit, at },
  });
  await noteOrder(tx, order.id, { bonusNanoUsd, tierId: tier?.id ?? null, tierName: tier?.name ?? null });
  const detail = { ...rateOfDay, credit: formatUsd(credit), bonus: formatUsd(bonusNanoUsd) };
  await addEvent(tx, { rechargeId, at, kind: "credited", status: "credited", by: by.name, detail });
  await audit(tx, by, {
    ...{ action: "recharge.credit", targetType: "recharge", targetId: order.id },
    before: { status: order.status },
    after: { status: "credited", ...orderFacts(order), ...detail },
  });
  await queueReceipts(tx, { order, creditNanoUsd: credit, bonusNanoUsd, at });
  return "credited";
}

/** Sets an order aside for a person to decide. False: it cannot be from where it stands. */
export async function reviewOrder(
  tx: Transaction,
  order: Order,
  by: Actor,
  at: Date,
  reason: RechargeReason,
  detail: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  if (!(await moveRecharge(tx, order, "review", { reason, paidAt: order.paidAt ?? at }))) return false;
  const told = { ...detail, reason };
  await addEvent(tx, {
    ...{ rechargeId: order.id, at, kind: "review", status: "review", by: by.name, detail: told },
  });
  await audit(tx, by, {
    ...{ action: "recharge.review", targetType: "recharge", targetId: order.id },
    before: { status: order.status },
    after: { status: "review", ...orderFacts(order), ...told },
  });
  return true;
}

/** What the audit log says of an order. */
export function orderFacts(order: Order) {
  const { accountId, method, orderNo, currency } = order;
  return { accountId, method, orderNo, amount: order.amount.toFixed(), currency };
}

/** 409: somebody has moved the order before, or it cannot go there from where it stands. */
export function wrongStatus(status: string, extra: Record<string, unknown> = {}): AppError {
  const message = `This order is ${status}: that cannot be done with it any more.`;
  return new AppError({ code: "recharge_decided", status: 409, message, extra });
}

/** USD per 1 of a currency on a day (YYYY-MM-DD, UTC); undefined: none is good on that day, and none is guessed. */
export async function rateOf(
  currency: string,
  day: string,
  tx?: Pick<Transaction, "exchangeRate" | "setting">,
): Promise<{ usdPerUnit: string; date: string } | undefined> {
  return currency === "USD" ? { usdPerUnit: "1", date: day } : findGoodRate(currency, day, tx);
}

/** The money is there, its worth is not known: whoever adds the rate makes it credited. */
async function waitForRate(
  tx: Transaction,
  order: Order,
  by: Actor,
  { at, paidAt }: { at: Date; paidAt: Date },
): Promise<CreditOutcome> {
  const status = asStatus(order.status);
  if (order.reason !== "no-rate") {
    const detail = { currency: order.currency, day: utcDay(paidAt.getTime()) };
    await addEvent(tx, { rechargeId: order.id, at, kind: "no-rate", status, by: by.name, detail });
  }
  if (status === "pending") await noteOrder(tx, order.id, { reason: "no-rate", paidAt });
  return "waiting";
}
