import { expect, it } from "vitest";
import { grouped, receiptOf } from "./receipt.ts";
import type { Recharge } from "./schema.ts";

const recharge: Recharge = {
  ...{ id: "r", accountId: "a", accountName: "北京公司", amount: "3000", currency: "CNY", method: "alipay" },
  ...{ orderNo: "A-1", status: "credited", reason: null, credit: "421.5", bonus: "21.075", refunded: "0" },
  ...{
    refundedAmount: "0",
    rate: "0.1405",
    rateDate: "2026-11-22",
    note: "ours",
    tier: { id: "t", name: "Gold" },
  },
  ...{ ledgerTransactionId: null, providerRef: null, payUrl: null, createdAt: "2026-11-22T08:00:00.000Z" },
  ...{ paidAt: null, creditedAt: "2026-11-22T08:05:00.000Z", expiresAt: null },
};
const reader = { locale: "en", brand: { name: "Acme", logo: null }, method: "Alipay" };
const sum = (one: string, other: string) => String(Number(one) + Number(other));

it("says what was paid, at which rate, what was credited, the bonus and their sum, and nothing of ours", () => {
  const receipt = receiptOf(recharge, reader, sum);
  expect(receipt.tables[0]?.rows).toEqual([
    ["Paid", "3,000.00 CNY"],
    ["Exchange rate of 2026-11-22: 1 CNY = 0.1405 USD", ""],
    ["Credit", "421.50 USD"],
    ["Bonus (Gold)", "21.075 USD"],
  ]);
  expect(receipt.tables[0]?.totals).toEqual([["Credited in all", "442.575 USD"]]);
  expect(JSON.stringify(receipt)).not.toContain("ours");
  expect(receiptOf(recharge, { ...reader, locale: "zh" }, sum).title).toBe("充值收据");
});

it.each([
  ["0", "0.00"],
  ["1234567.5", "1,234,567.50"],
  ["0.000000001", "0.000000001"],
])("writes %s as %s", (decimal, text) => expect(grouped(decimal)).toBe(text));
