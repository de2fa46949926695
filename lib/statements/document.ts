import { csvLine } from "#lib/core/csv";
import type { DocumentSpec } from "#lib/documents/layout";
import type { Statement, StatementKind } from "./schema.ts";

type Words = Record<StatementKind, string> &
  Record<
    | "title"
    | "account"
    | "month"
    | "item"
    | "count"
    | "amount"
    | "opening"
    | "late"
    | "closing"
    | "page"
    | "note"
    | "other",
    string
  >;

const en: Words = {
  title: "Statement",
  account: "Account",
  month: "Month",
  item: "Item",
  count: "Count",
  amount: "USD",
  opening: "Balance before",
  late: "Of earlier months, booked late",
  closing: "Balance after",
  recharge: "Recharges",
  bonus: "Bonus credit given",
  bonus_ended: "Bonus credit expired or taken back",
  usage: "Usage",
  refund: "Refunds",
  adjustment: "Adjustments",
  other: "not broken down",
  note: "Days and months are those of the account's time zone. Usage counts in the minute in which a call was admitted.",
  page: "Page {page} of {pages}",
};

const zh: Words = {
  title: "对账单",
  account: "账户",
  month: "月份",
  item: "项目",
  count: "数量",
  amount: "USD",
  opening: "期初余额",
  late: "以前月份补记",
  closing: "期末余额",
  recharge: "充值",
  bonus: "赠送额度",
  bonus_ended: "赠送到期或收回",
  usage: "用量",
  refund: "退款",
  adjustment: "调整",
  other: "未细分",
  note: "日期与月份按账户时区计算；用量按调用受理的分钟计入。",
  page: "第 {page} / {pages} 页",
};

const wordsOf = (locale: string) => (locale === "zh" ? zh : en);

/** A statement as a page: opening, what moved, closing, figures to the nano-dollar. */
export function statementPageOf(
  statement: Statement,
  { locale, brand }: { locale: string; brand: DocumentSpec["brand"] },
): DocumentSpec {
  const words = wordsOf(locale);
  const late = statement.late === "0" ? [] : [[words.late, "", statement.late]];
  return {
    title: `${words.title} ${statement.month}`,
    brand,
    facts: [
      [words.account, statement.accountName],
      [words.month, `${statement.month} (${statement.timeZone})`],
    ],
    tables: [
      {
        columns: [
          { label: words.item, share: 6 },
          { label: words.count, share: 2, align: "right" },
          { label: words.amount, share: 3, align: "right" },
        ],
        rows: [
          [words.opening, "", statement.opening],
          ...late,
          ...statement.lines.map((line) => [
            itemOf(line, words),
            line.kind === "usage" && line.model === null ? "" : String(line.count),
            line.amount,
          ]),
        ],
        totals: [[words.closing, "", statement.closing]],
      },
    ],
    notes: [words.note],
    pageLabel: words.page,
    createdAt: new Date(statement.createdAt),
  };
}

/** The same as a table for a spreadsheet. */
export function statementCsv(statement: Statement): string {
  const row = (kind: string, model: string, count: string | number, amount: string) =>
    csvLine([statement.month, kind, model, count, amount]);
  return [
    csvLine(["month", "kind", "model", "count", "amount_usd"]),
    row("opening", "", "", statement.opening),
    row("late", "", "", statement.late),
    ...statement.lines.map(({ kind, model, count, amount }) => row(kind, model ?? "", count, amount)),
    row("closing", "", "", statement.closing),
    "",
  ].join("\r\n");
}

function itemOf({ kind, model }: Statement["lines"][number], words: Words): string {
  if (kind !== "usage") return words[kind];
  return `${words.usage}: ${model ?? words.other}`;
}
