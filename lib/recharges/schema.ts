import { z } from "zod";
import {
  amountInput,
  idInput,
  lineInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  usdAnswer,
} from "#lib/core/shapes";

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
    status: z.enum(["credited"]),
    credit: usdAnswer,
    bonus: usdAnswer,
    rate: z.string().meta({ description: "decimal or fraction" }),
    rateDate: z.string().meta({ description: "YYYY-MM-DD" }),
    note: z.string(),
    tier: z.null(),
    ledgerTransactionId: z.string().nullable(),
    createdAt: timeAnswer,
    creditedAt: timeAnswer.nullable(),
  })
  .meta({ id: "Recharge" });

const currency = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{3}$/, "a currency code such as USD or CNY is expected")
  .transform((code) => code.toUpperCase());
const date = z.iso.date("a date such as 2026-11-21 is expected");

export const createRechargeBody = z.strictObject({
  accountId: idInput,
  amount: amountInput(9).refine((text) => Number(text) > 0, "more than 0 is expected"),
  currency,
  method: lineInput(32).min(1),
  orderNo: lineInput(128).min(1, "an order number is expected"),
  note: noteInput.optional(),
});

export const listRechargesQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  method: lineInput(32).optional(),
  orderNo: lineInput(128).optional(),
});

export const rechargePage = pageAnswer(rechargeAnswer);

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
  currency: currency.refine((code) => code !== "USD", "USD needs no rate"),
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

export const listExchangeRatesQuery = z.strictObject({ ...pageFields, currency: currency.optional() });
export const exchangeRatePage = pageAnswer(exchangeRateAnswer);

export type Recharge = z.infer<typeof rechargeAnswer>;
export type CreateRecharge = z.infer<typeof createRechargeBody>;
export type ListRecharges = z.infer<typeof listRechargesQuery>;
export type ExchangeRate = z.infer<typeof exchangeRateAnswer>;
export type CreateExchangeRate = z.infer<typeof createExchangeRateBody>;
export type ListExchangeRates = z.infer<typeof listExchangeRatesQuery>;

function isZeroIn(fraction: string): boolean {
  return fraction.split("/").some((side) => Number(side) === 0);
}
