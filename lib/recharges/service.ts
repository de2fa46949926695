import { findAccount } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notAvailable, notFound } from "#lib/core/errors";
import { formatUsd } from "#lib/core/money";
import { inTransaction } from "#lib/db/transaction";
import { rechargeEntries } from "#lib/ledger/entries";
import { postTransaction } from "#lib/ledger/store";
import { loadLayout } from "#lib/mail/compose";
import { newId } from "#lib/runtime/id";
import { creditNanoUsd, maxCreditNanoUsd } from "./credit.ts";
import { findRateAt, insertExchangeRate } from "./rate-store.ts";
import { queueReceipts } from "./receipt-service.ts";
import type { CreateExchangeRate, CreateRecharge, ExchangeRate, Recharge } from "./schema.ts";
import { findRecharge, insertRecharge } from "./store.ts";

/**
 * Records a payment and credits it at once: recharge, ledger transaction, balance and audit entry stand together
 * or not at all, and so do the receipts that go out by mail. Throws 409 `order_exists` for an order number used before with this method, 422 otherwise.
 */
export async function createRecharge(actor: Actor, body: CreateRecharge, base: string): Promise<Recharge> {
  if (body.method !== "manual") {
    throw notAvailable({ method: "only `manual` is available in this version" });
  }
  const account = await findAccount(body.accountId);
  if (account === undefined) throw invalidFields({ accountId: "there is no such account" });
  const now = new Date();
  const rate = await rateOf(body.currency, now.toISOString().slice(0, 10));
  const credit = creditOf(body.amount, rate.usdPerUnit);
  const ledgerTransactionId = newId(now.getTime());
  await loadLayout();
  const id = await inTransaction(async (tx) => {
    const row = await insertRecharge(tx, {
      accountId: body.accountId,
      method: body.method,
      orderNo: body.orderNo,
      amount: body.amount,
      currency: body.currency,
      rate: rate.usdPerUnit,
      rateDate: rate.date,
      creditNanoUsd: credit,
      status: "credited",
      note: body.note ?? "",
      ledgerTransactionId,
      createdBy: actor.id,
      createdAt: now,
      creditedAt: now,
    });
    if (row === undefined) throw orderExists(body);
    await postTransaction(tx, {
      id: ledgerTransactionId,
      kind: "recharge",
      accountId: body.accountId,
      entries: rechargeEntries(credit),
      reference: `${body.method} ${body.orderNo}`,
      note: body.note ?? "",
      actor: `${actor.type}:${actor.id}`,
    });
    const after = { ...body, rate: rate.usdPerUnit, rateDate: rate.date, credit: formatUsd(credit) };
    const targetId = row.id;
    await audit(tx, actor, { action: "recharge.create", targetType: "recharge", targetId, after });
    const { amount, currency, orderNo } = body;
    await queueReceipts(tx, { account, amount, currency, creditNanoUsd: credit, orderNo, at: now }, base);
    return row.id;
  });
  return getRecharge(id);
}

/** Throws 404 when there is none. */
export async function getRecharge(id: string): Promise<Recharge> {
  const recharge = await findRecharge(id);
  if (recharge === undefined) throw notFound("recharge");
  return recharge;
}

/** Adds a dated rate; what was credited before keeps the rate of its day. Throws 409 `rate_exists`. */
export async function createExchangeRate(actor: Actor, body: CreateExchangeRate): Promise<ExchangeRate> {
  return inTransaction(async (tx) => {
    const rate = await insertExchangeRate(tx, body);
    if (rate === undefined) {
      throw new AppError({
        code: "rate_exists",
        status: 409,
        message: `${body.currency} has a rate of ${body.date} already; rates are never changed, only followed by newer ones.`,
      });
    }
    const targetId = `${body.currency} ${body.date}`;
    await audit(tx, actor, {
      action: "exchange-rate.create",
      targetType: "exchange-rate",
      targetId,
      after: body,
    });
    return rate;
  });
}

async function rateOf(currency: string, today: string): Promise<{ usdPerUnit: string; date: string }> {
  if (currency === "USD") return { usdPerUnit: "1", date: today };
  const rate = await findRateAt(currency, today);
  if (rate !== undefined) return rate;
  throw invalidFields({ currency: `there is no exchange rate for ${currency} yet: add one first` });
}

function creditOf(amount: string, usdPerUnit: string): bigint {
  const credit = creditNanoUsd(amount, usdPerUnit);
  if (credit === 0n) throw invalidFields({ amount: "this is less than the smallest unit of credit" });
  if (credit > maxCreditNanoUsd) throw invalidFields({ amount: "this is more than one recharge may credit" });
  return credit;
}

function orderExists({ method, orderNo }: CreateRecharge): AppError {
  return new AppError({
    code: "order_exists",
    status: 409,
    message: `Order ${orderNo} has been recorded for ${method} before.`,
    fields: { orderNo: "recorded before" },
  });
}
