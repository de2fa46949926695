import type { Column } from "#lib/core/columns";
import { utcDay } from "#lib/core/time";
import { arrayLiteral, type BytesOf, type Element } from "#lib/db/array-literal";
import { Sightings } from "#lib/detection/fold";
import type { Sighting } from "#lib/detection/sighting";
import { elementOf, REQUEST_LOG_COLUMNS } from "#lib/logs/columns";
import { LikeRowsSums } from "#lib/logs/like-rows";
import { type Rollups, rollUpLikeRows } from "#lib/logs/rollup";
import type { Written } from "#lib/logs/row";
import { columnOf, isReadable, pick, type SettlementColumns, visitEach } from "#lib/spool/settlement-columns";
import { type BudgetSpend, BudgetSums, UsageSums, type UsageTransaction } from "./batch.ts";
import { UnreadableRow } from "./faults.ts";

/**
 * All that is written of a batch, and nothing of the batch itself: sums, and its rows as the bytes that are sent. Thousands
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
  usage: UsageTransaction[];
  budgets: BudgetSpend[];
  rollups: Rollups;
  sightings: Sighting[];
};

/** One statement that makes `count` rows of the log. */
export type Insert = { count: number; text: string; values: (Element | Buffer)[] };
/** By how much which rows' counts of refusals grow. */
export type Repeats = { createdAt: Date[]; requestIds: string[]; counts: number[] };

/**
 * What is to be written of a batch. Each billed row belongs to one ledger transaction per account and admission minute: the
 * plan has their ids, so that it can be written as often as it takes. `hasHolds`: the calls had holds in the database,
 * not leases. `bytesOf` writes down what is sent of the rows. Throws UnreadableRow where a row has no time or no amount.
 */
export function planOf(
  batch: SettlementColumns,
  newId: () => string,
  hasHolds: boolean,
  bytesOf?: BytesOf,
): BatchPlan {
  if (!isSendable(batch)) throw new UnreadableRow("a row has no time or no amount");
  const [usage, budgets] = [new UsageSums(newId), new BudgetSums()];
  const [kinds, sightings] = [new LikeRowsSums(), new Sightings()];
  const [held, repeated, own]: [string[], number[], number[]] = [[], [], []];
  const ledgerIds: Written[] = [];
  visitEach(batch, (settlement, index) => {
    const { row } = settlement;
    ledgerIds.push(usage.add(row));
    budgets.add(settlement);
    kinds.add(row);
    sightings.add(row);
    (row.addsToRow ? repeated : own).push(index);
    if (hasHolds && settlement.held) held.push(row.requestId);
  });
  const all = kinds.all();
  const [ownRows, ownIds] = repeated.length === 0 ? [batch, ledgerIds] : picked(batch, ledgerIds, own);
  return {
    days: [...new Set(all.map(({ minuteMs }) => utcDay(minuteMs)))],
    insert: insertOf(ownRows, ownIds, bytesOf),
    repeats: repeatsOf(pick(batch, repeated)),
    accounts: [...new Set(all.flatMap(({ accountId }) => accountId || []))],
    ...{ held, usage: usage.all(), budgets: budgets.all() },
    ...{ rollups: rollUpLikeRows(all), sightings: sightings.all() },
  };
}

const picked = (batch: SettlementColumns, ids: readonly Written[], indices: readonly number[]) =>
  [pick(batch, indices), indices.map((index) => ids[index] ?? null)] as const;

/** Whether every row has a time and amounts at all, without which a batch cannot even be put together. */
function isSendable(batch: SettlementColumns): boolean {
  if (batch.count === 0) return true;
  const times = columnOf(batch, "createdAtMs");
  return isReadable(batch) && (times.each?.every(isTime) ?? isTime(times.same));
}
const MAX_DATE_MS = 8.64e15;
const isTime = (ms: Written | undefined) => typeof ms === "number" && Math.abs(ms) < MAX_DATE_MS;

const INTO_ROWS = `INSERT INTO hot.request_log (${REQUEST_LOG_COLUMNS.map((c) => c.name).join(", ")})`;

/** What all rows share is sent once: most of the columns of most batches. The others are sent as one array each. */
function insertOf(
  batch: SettlementColumns,
  ledgerIds: readonly Written[],
  bytesOf: BytesOf | undefined,
): Insert | undefined {
  if (batch.count === 0) return undefined;
  const values: Insert["values"] = [];
  const [selected, arrays, names]: [string[], string[], string[]] = [[], [], []];
  for (const { name, type, field } of REQUEST_LOG_COLUMNS) {
    const column: Column<Written> =
      field === "ledgerTransactionId" ? columnOfIds(ledgerIds) : columnOf(batch, field);
    const parameter = `$${values.length + 1}`;
    if (column.each === undefined) {
      values.push(elementOf(field, column.same));
      selected.push(`${parameter}::${type}`);
    } else {
      const each = field === "createdAtMs" ? column.each.map((ms) => elementOf(field, ms)) : column.each;
      values.push(arrayLiteral(each, bytesOf));
      selected.push(name);
      arrays.push(`${parameter}::text::${type}[]`);
      names.push(name);
    }
  }
  const from = arrays.length === 0 ? "" : `FROM unnest(${arrays.join(", ")}) AS t (${names.join(", ")})`;
  const text = `${INTO_ROWS} SELECT ${selected.join(", ")} ${from} ON CONFLICT DO NOTHING`;
  return { count: batch.count, text, values };
}

function columnOfIds(ids: readonly Written[]): Column<Written> {
  const [same = null] = ids;
  return ids.every((id) => id === same) ? { same } : { each: [...ids] };
}

function repeatsOf(batch: SettlementColumns): Repeats | undefined {
  if (batch.count === 0) return undefined;
  const repeats: Repeats = { createdAt: [], requestIds: [], counts: [] };
  visitEach(batch, ({ row }) => {
    repeats.createdAt.push(new Date(row.createdAtMs));
    repeats.requestIds.push(row.requestId);
    repeats.counts.push(row.repeats);
  });
  return repeats;
}
