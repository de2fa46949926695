import { findAccountsNamed } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { invalidFields, isAppError } from "#lib/core/errors";
import { utcDay } from "#lib/core/time";
import { rateOf } from "./credit-service.ts";
import { type PaymentRow, readPayments, repeatedLines } from "./import.ts";
import {
  type ImportedRecharges,
  type ImportedRow,
  type ImportRecharges,
  importRow,
} from "./import-schema.ts";
import { checkCredit, createRecharge } from "./service.ts";
import { findOrdersNumbered } from "./store.ts";

/**
 * Checks a file of payments, row by row, and records the rows whose lines are named: each like one by hand, in a
 * transaction of its own. A row that stands already is a duplicate, whoever recorded it. Throws 422 on `csv` for a file
 * that cannot be read as a whole.
 */
export async function importRecharges(
  actor: Actor,
  { csv, lines }: ImportRecharges,
  base: string,
): Promise<ImportedRecharges> {
  const rows = await judge(paymentsOf(csv));
  const chosen = new Set(lines ?? []);
  for (const row of rows) {
    if (row.verdict === "ready" && chosen.has(row.line)) await record(actor, row, base);
  }
  const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  return { rows, ready: count("ready"), recorded: count("recorded") };
}

function paymentsOf(csv: string): PaymentRow[] {
  try {
    return readPayments(csv);
  } catch (error) {
    throw invalidFields({ csv: error instanceof Error ? error.message : "this file cannot be read" });
  }
}

async function judge(payments: readonly PaymentRow[]): Promise<ImportedRow[]> {
  const accounts = await findAccountsNamed([...new Set(payments.map(({ account }) => account))]);
  const standing = await findOrdersNumbered([...new Set(payments.map(({ order_no }) => order_no))]);
  const repeated = repeatedLines(payments);
  const rows: ImportedRow[] = [];
  for (const payment of payments) {
    const { line, account, amount, currency, method, order_no: orderNo, note } = payment;
    const found = accounts.get(account) ?? [];
    const accountId = found.length === 1 ? (found[0] ?? null) : null;
    const row = { line, account, accountId, amount, currency, method, orderNo, note };
    const problems = await problemsOf(row, found.length);
    const isKnown = standing.has(JSON.stringify([method, orderNo.toLowerCase()]));
    if (isKnown) problems.order_no = "recorded before";
    else if (repeated.has(line)) problems.order_no = "stands twice in this file";
    const isDuplicate = problems.order_no !== undefined && (isKnown || repeated.has(line));
    const verdict = isDuplicate ? "duplicate" : Object.keys(problems).length > 0 ? "wrong" : "ready";
    rows.push({ ...row, verdict, problems, rechargeId: null });
  }
  return rows;
}

const columnOf: Record<string, string> = { accountId: "account", orderNo: "order_no" };

async function problemsOf(
  { account: _, line: __, accountId, ...row }: Omit<ImportedRow, "verdict" | "problems" | "rechargeId">,
  found: number,
): Promise<Record<string, string>> {
  const problems: Record<string, string> = {};
  if (found !== 1) {
    problems.account =
      found === 0 ? "there is no such account" : "several accounts are called so: give its id";
  }
  const read = importRow.safeParse({ ...row, accountId: accountId ?? crypto.randomUUID() });
  for (const { path, message } of read.error?.issues ?? []) {
    const field = String(path[0] ?? "row");
    problems[columnOf[field] ?? field] ??= message;
  }
  if (row.method === "code") problems.method = "codes are redeemed, not recorded";
  if (!read.success) return problems;
  const rate = await rateOf(read.data.currency, utcDay(Date.now()));
  try {
    if (rate !== undefined) checkCredit(read.data.amount, rate.usdPerUnit);
  } catch (error) {
    if (!isAppError(error)) throw error;
    Object.assign(problems, error.fields);
  }
  return problems;
}

async function record(actor: Actor, row: ImportedRow, base: string): Promise<void> {
  const { accountId, amount, currency, method, orderNo, note } = row;
  const body = importRow.parse({ accountId, amount, currency, method, orderNo, note });
  try {
    row.rechargeId = (await createRecharge(actor, body, base)).id;
    row.verdict = "recorded";
  } catch (error) {
    if (!isAppError(error)) throw error;
    row.verdict = error.code === "order_exists" ? "duplicate" : "wrong";
    row.problems = error.fields ?? { row: error.message };
  }
}
