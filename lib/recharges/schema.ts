import { z } from "zod";
import {
  amountInput,
  idInput,
  lineInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
  usdAnswer,
} from "#lib/core/shapes";
import { rechargeEventKinds, rechargeReasons, rechargeStatuses } from "./machine.ts";

/** Money in. `amount` is in `currency` as paid, `credit` and `bonus` in USD, `rate` in USD per 1 of currency. */
export const rechargeAnswer = z
  .object({
    id: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    amount: z.string(),
    currency: z.string(),
    method: z.string(),
    orderNo: z.string(),
    status: z.enum(rechargeStatuses),
    reason: z
      .enum(rechargeReasons)
      .nullable()
      .meta({ description: "why it waits, as far as Tollgate knows; a rejection's reason is in its story" }),
    credit: usdAnswer.meta({ description: "USD; 0 until it is credited" }),
    bonus: usdAnswer,
    refunded: usdAnswer.meta({ description: "USD of the credit that were taken back" }),
    refundedAmount: z.string().meta({ description: "in its currency" }),
    rate: z.string().nullable().meta({ description: "decimal or fraction; null until it is credited" }),
    rateDate: z.string().nullable().meta({ description: "YYYY-MM-DD" }),
    note: z.string(),
    tier: z.object({ id: z.string(), name: z.string() }).nullable(),
    ledgerTransactionId: z.string().nullable(),
    providerRef: z.string().nullable().meta({ description: "the provider's name of the payment" }),
    payUrl: z.string().nullable().meta({ description: "where it is paid, while it is pending" }),
    createdAt: timeAnswer,
    paidAt: timeAnswer.nullable(),
    creditedAt: timeAnswer.nullable(),
    expiresAt: timeAnswer.nullable().meta({ description: "when a pending order ends by itself" }),
  })
  .meta({ id: "Recharge" });

const knownCurrencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** A currency of ISO 4217, in any case. */
export const currencyInput = z
  .string({ error: "a currency code such as USD or CNY is expected" })
  .trim()
  .regex(/^[A-Za-z]{3}$/, "a currency code such as USD or CNY is expected")
  .transform((code) => code.toUpperCase())
  .refine((code) => knownCurrencies.has(code), "no currency has this code");
/** A payment: more than 0, at most 9 fractional digits. */
export const paymentInput = amountInput(9).refine((text) => /[1-9]/.test(text), "more than 0 is expected");
export const orderNoInput = lineInput(128).min(1, "an order number is expected");
export const methodInput = lineInput(32).min(1, "a way of paying is expected");
const date = z.iso.date("a date such as 2026-11-21 is expected");

export const createRechargeBody = z.strictObject({
  accountId: idInput,
  amount: paymentInput,
  currency: currencyInput,
  method: methodInput.meta({ description: "manual: credited at once; any other waits until it is credited" }),
  orderNo: orderNoInput,
  note: noteInput.optional(),
});

export const creditRechargeBody = z.strictObject({ note: noteInput.optional() });
export const rejectRechargeBody = z.strictObject({
  reason: noteInput.refine((text) => text.trim() !== "", "say why: the customer is sent it"),
});
export const refundRechargeBody = z.strictObject({
  amount: paymentInput
    .optional()
    .meta({ description: "in the order's currency; left out: all that is left" }),
  reason: noteInput.refine((text) => text.trim() !== "", "say why: the customer is sent it"),
});

/** `waiting`: what asks for a person: in review, pending for more than 10 minutes, or with a refund that failed. */
export const listRechargesQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  method: lineInput(32).optional(),
  orderNo: lineInput(128).optional(),
  status: z.enum(rechargeStatuses).optional(),
  currency: currencyInput.optional(),
  waiting: z.literal("true").optional(),
  q: lineInput(128).optional().meta({ description: "a part of the order number, account or note" }),
  from: timeInput.optional(),
  to: timeInput.optional(),
});

export const rechargePage = pageAnswer(rechargeAnswer);

/** One sentence of an order's story. */
export const rechargeEventAnswer = z.object({
  id: z.string(),
  at: timeAnswer,
  kind: z.enum(rechargeEventKinds),
  status: z.enum(rechargeStatuses),
  by: z.string().meta({ description: "empty: Tollgate itself" }),
  detail: z.record(z.string(), z.string()),
});
export const rechargeStory = z.object({ items: z.array(rechargeEventAnswer) }).meta({ id: "RechargeStory" });

export const waitingRechargesAnswer = z
  .object({
    waiting: z.number().int().meta({ description: "orders and claims together" }),
    orders: z.number().int(),
    claims: z.number().int(),
  })
  .meta({ id: "WaitingRecharges" });

export const exchangeRateAnswer = z
  .object({
    currency: z.string(),
    date: z.string(),
    usdPerUnit: z.string().meta({ description: "USD per 1 of currency; decimal or fraction" }),
    source: z.string(),
    createdAt: timeAnswer,
  })
  .meta({ id: "ExchangeRate" });

export const createExchangeRateBody = z.strictObject({
  currency: currencyInput.refine((code) => code !== "USD", "USD needs no rate"),
  date,
  usdPerUnit: z
    .union([z.string().max(64), z.number()], { error: "a rate such as 0.14 or 1/7 is expected" })
    .transform(String)
    .refine(
      (text) => /^\d{1,12}(\.\d{1,12})?(\/\d{1,12}(\.\d{1,12})?)?$/.test(text) && !isZeroIn(text),
      "a rate more than 0 such as 0.14 or 1/7 is expected",
    ),
  source: lineInput(256).min(1, "a source is expected"),
});

export const listExchangeRatesQuery = z.strictObject({ ...pageFields, currency: currencyInput.optional() });
export const exchangeRatePage = pageAnswer(exchangeRateAnswer);

export type Recharge = z.infer<typeof rechargeAnswer>;
export type RechargeEvent = z.infer<typeof rechargeEventAnswer>;
export type CreateRecharge = z.infer<typeof createRechargeBody>;
export type ListRecharges = z.infer<typeof listRechargesQuery>;
export type ExchangeRate = z.infer<typeof exchangeRateAnswer>;
export type CreateExchangeRate = z.infer<typeof createExchangeRateBody>;
export type ListExchangeRates = z.infer<typeof listExchangeRatesQuery>;

function isZeroIn(fraction: string): boolean {
  return fraction.split("/").some((side) => Number(side) === 0);
}
