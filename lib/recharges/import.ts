import { type CsvRecord, fromSafeCell, readCsv } from "#lib/core/csv";

/** The columns of a file of payments; `account` is an id, a name or an address. */
export const importColumns = ["account", "amount", "currency", "method", "order_no", "note"] as const;
type Column = (typeof importColumns)[number];
const needed: readonly Column[] = ["account", "amount", "currency", "order_no"];
export const maxImportRows = 500;

export type PaymentRow = { line: number } & Record<Column, string>;

/**
 * Reads a file of payments with a head line that names its columns in any order and case; `method` is `manual` where it
 * is left out. Throws an Error that says what is wrong with the file as a whole.
 */
export function readPayments(csv: string): PaymentRow[] {
  const [head, ...records] = readCsv(csv);
  if (head === undefined) throw new Error("the file is empty");
  const names = head.cells.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_"),
  );
  const missing = needed.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new Error(`the first line lacks ${missing.join(", ")}`);
  if (records.length === 0) throw new Error("there is no row below the first line");
  if (records.length > maxImportRows) throw new Error(`at most ${maxImportRows} rows at a time`);
  return records.map((record) => rowOf(record, names));
}

function rowOf({ line, cells }: CsvRecord, names: readonly string[]): PaymentRow {
  const cell = (column: Column) => fromSafeCell((cells[names.indexOf(column)] ?? "").trim()).trim();
  const [account, amount, currency] = [cell("account"), cell("amount"), cell("currency")];
  return {
    line,
    account,
    amount,
    currency,
    method: cell("method") || "manual",
    order_no: cell("order_no"),
    note: cell("note"),
  };
}

/** Lines whose order stands twice in the file itself: all but the first of each. */
export function repeatedLines(rows: readonly PaymentRow[]): Set<number> {
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const { line, method, order_no } of rows) {
    const key = JSON.stringify([method, order_no.toLowerCase()]);
    if (seen.has(key)) repeated.add(line);
    seen.add(key);
  }
  return repeated;
}
