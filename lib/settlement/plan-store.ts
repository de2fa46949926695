import { columnsOf } from "#lib/core/columns";
import { utcDay } from "#lib/core/time";
import { arrayLiteral, type Element } from "#lib/db/array-literal";
import { foldRows } from "#lib/detection/fold";
import type { Sighting } from "#lib/detection/sighting";
import { columnValues, REQUEST_LOG_COLUMNS } from "#lib/logs/columns";
import { type Rollups, rollUp } from "#lib/logs/rollup";
import {
  areSendable,
  type BudgetSpend,
  budgetSpends,
  type Settlement,
  type UsageTransaction,
} from "./batch.ts";
import { UnreadableRow } from "./faults.ts";

/**
 * All that is written of a batch, and nothing of the batch itself: sums, and its rows as the texts that are sent. Thousands
 * of rows that stay in memory while Postgres works would be moved by two collections of garbage and outlive both.
 */
export type BatchPlan = {
  /** UTC days of the rows. */
  days: string[];
  insert: Insert | undefined;
  repeats: Repeats | undefined;
  /** Whose money moves. */
  accounts: string[];
  /** Calls whose holds stand in the database. */
  held: string[];
  usage: readonly UsageTransaction[];
  budgets: BudgetSpend[];
  rollups: Rollups;
  sightings: Sighting[];
};

/** One statement that makes `count` rows of the log. */
export type Insert = { count: number; text: string; values: Element[] };
/** By how much which rows' counts of refusals grow. */
export type Repeats = { createdAt: Date[]; requestIds: string[]; counts: number[] };

/**
 * What is to be written of a batch; `usage` is what assignUsageTransactions said of it. `hasHolds`: its calls had holds
 * in the database, not leases. Throws UnreadableRow where a row has no time or no amount.
 */
export function planOf(
  batch: readonly Settlement[],
  usage: readonly UsageTransaction[],
  hasHolds: boolean,
): BatchPlan {
  if (!areSendable(batch)) throw new UnreadableRow("a row has no time or no amount");
  const rows = batch.map(({ row }) => row);
  return {
    days: [...new Set(rows.map(({ createdAtMs }) => utcDay(createdAtMs)))],
    insert: insertOf(batch.filter(({ row }) => !row.addsToRow)),
    repeats: repeatsOf(batch.filter(({ row }) => row.addsToRow)),
    accounts: [...new Set(rows.flatMap(({ accountId }) => accountId ?? []))],
    held: hasHolds ? batch.filter(({ held }) => held).map(({ row }) => row.requestId) : [],
    usage,
    budgets: budgetSpends(batch),
    rollups: rollUp(rows),
    sightings: foldRows(rows),
  };
}

const INTO_ROWS = `INSERT INTO hot.request_log (${REQUEST_LOG_COLUMNS.map((c) => c.name).join(", ")})`;

/** What all rows share is sent once: most of the columns of most batches. The others are sent as one array each. */
function insertOf(batch: readonly Settlement[]): Insert | undefined {
  if (batch.length === 0) return undefined;
  const values: Element[] = [];
  const [selected, arrays, names]: [string[], string[], string[]] = [[], [], []];
  for (const [index, column] of columnsOf(batch.map(({ row }) => columnValues(row))).entries()) {
    const { name, type } = REQUEST_LOG_COLUMNS[index] ?? { name: "", type: "" };
    values.push(column.each === undefined ? column.same : arrayLiteral(column.each));
    const parameter = `$${values.length}::${type}`;
    if (column.each === undefined) selected.push(parameter);
    else {
      selected.push(name);
      arrays.push(`${parameter}[]`);
      names.push(name);
    }
  }
  const from = arrays.length === 0 ? "" : `FROM unnest(${arrays.join(", ")}) AS t (${names.join(", ")})`;
  const text = `${INTO_ROWS} SELECT ${selected.join(", ")} ${from} ON CONFLICT DO NOTHING`;
  return { count: batch.length, text, values };
}

function repeatsOf(batch: readonly Settlement[]): Repeats | undefined {
  if (batch.length === 0) return undefined;
  return {
    createdAt: batch.map(({ row }) => new Date(row.createdAtMs)),
    requestIds: batch.map(({ row }) => row.requestId),
    counts: batch.map(({ row }) => row.repeats),
  };
}
