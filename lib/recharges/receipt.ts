import type { DocumentSpec } from "#lib/documents/layout";
import type { Recharge } from "./schema.ts";

type Words = Record<
  | "title"
  | "account"
  | "orderNo"
  | "method"
  | "paidAt"
  | "item"
  | "amount"
  | "paid"
  | "rate"
  | "credit"
  | "bonus"
  | "total"
  | "refunded"
  | "thanks"
  | "page",
  string
>;

const en: Words = {
  title: "Receipt",
  account: "Account",
  orderNo: "Order number",
  method: "Paid by",
  paidAt: "Credited",
  item: "Item",
  amount: "Amount",
  paid: "Paid",
  rate: "Exchange rate of {date}: 1 {currency} = {rate} USD",
  credit: "Credit",
  bonus: "Bonus",
  total: "Credited in all",
  refunded: "Refunded since",
  thanks: "Thank you. Prepaid credit; usage is billed against it call by call.",
  page: "Page {page} of {pages}",
};

const zh: Words = {
  title: "充值收据",
  account: "账户",
  orderNo: "订单号",
  method: "付款方式",
  paidAt: "入账时间",
  item: "项目",
  amount: "金额",
  paid: "付款",
  rate: "{date} 汇率：1 {currency} = {rate} USD",
  credit: "入账",
  bonus: "赠送",
  total: "入账合计",
  refunded: "此后退款",
  thanks: "感谢您的付款。预付费余额，按每次调用计费。",
  page: "第 {page} / {pages} 页",
};

type Reader = { locale: string; brand: DocumentSpec["brand"]; method: string };

/** The receipt of a credited order, in the reader's language. `sum` adds two decimal amounts in USD. */
export function receiptOf(
  recharge: Recharge,
  { locale, brand, method }: Reader,
  sum: (one: string, other: string) => string,
): DocumentSpec {
  const words = locale === "zh" ? zh : en;
  const { amount, currency, rate, rateDate, credit, bonus, refunded, tier } = recharge;
  const at = recharge.creditedAt ?? recharge.createdAt;
  const rateText = words.rate
    .replace("{date}", rateDate ?? "")
    .replace("{currency}", currency)
    .replace("{rate}", rate ?? "");
  const rows: string[][] = [[words.paid, `${grouped(amount)} ${currency}`]];
  if (currency !== "USD") rows.push([rateText, ""]);
  rows.push([words.credit, `${grouped(credit)} USD`]);
  if (bonus !== "0") {
    rows.push([tier === null ? words.bonus : `${words.bonus} (${tier.name})`, `${grouped(bonus)} USD`]);
  }
  const totals = [[words.total, `${grouped(sum(credit, bonus))} USD`]];
  if (refunded !== "0") totals.push([words.refunded, `${grouped(refunded)} USD`]);
  return {
    title: words.title,
    brand,
    facts: [
      [words.account, recharge.accountName],
      [words.orderNo, recharge.orderNo],
      [words.method, method],
      [words.paidAt, `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`],
    ],
    tables: [
      {
        columns: [
          { label: words.item, share: 3 },
          { label: words.amount, share: 2, align: "right" },
        ],
        rows,
        totals,
      },
    ],
    notes: [words.thanks],
    pageLabel: words.page,
    createdAt: new Date(at),
  };
}

/** "1234.5" → "1,234.50": at least cents, as many digits as there are. */
export function grouped(decimal: string): string {
  const [whole = "0", digits = ""] = decimal.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.padEnd(2, "0")}`;
}
