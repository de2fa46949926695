import { once } from "node:events";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { arrayLiteral, type Element } from "#lib/db/array-literal";
import { pool } from "#lib/db/pool";
import { columnValues, REQUEST_LOG_COLUMNS } from "#lib/logs/columns";
import { type IpDay, type Rollups, rollUp, type UsageDay } from "#lib/logs/rollup";
import type { RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { UsageSums, type UsageTransaction } from "#lib/settlement/batch";
import { callsOfHour, HOUR_MS, hourShares } from "./calls.ts";
import type { Cast } from "./cast.ts";

const DAY_MS = 24 * HOUR_MS;

/** What is loaded: `perDay` rows a day of the span [fromMs, toMs). */
export type Plan = { cast: Cast; random: () => number; perDay: number; fromMs: number; toMs: number };

/** The UTC days of a plan, the newest first. */
export function daysOf({ fromMs, toMs }: Pick<Plan, "fromMs" | "toMs">): number[] {
  const [first, last] = [Math.floor(fromMs / DAY_MS), Math.floor((toMs - 1) / DAY_MS)];
  return Array.from({ length: last - first + 1 }, (_, index) => (last - index) * DAY_MS);
}

const tableOf = (dayMs: number) =>
  `request_log_${new Date(dayMs).toISOString().slice(0, 10).replaceAll("-", "")}`;

/** Whether the day is a partition already: the last that happens to it. */
export async function isLoaded(dayMs: number): Promise<boolean> {
  const { rows } = await pool().query(
    "SELECT relispartition AS done FROM pg_class WHERE oid = to_regclass($1)",
    [`hot.${tableOf(dayMs)}`],
  );
  return rows[0]?.done === true;
}

/**
 * Loads one day: rows by COPY into a table of its own, which becomes a partition, and so gets its indexes, when they
 * are all there; beside them the rollups that the batch writer would have made. `withBills` adds the ledger's side.
 * Answers how many rows there are and a promise of the indexes, which are built while the next day is loaded.
 */
export async function loadDay(
  on: pg.Pool,
  plan: Plan,
  dayMs: number,
  withBills: boolean,
): Promise<{ rows: number; indexed: Promise<void> }> {
  const table = tableOf(dayMs);
  const [from, to] = [new Date(dayMs).toISOString(), new Date(dayMs + DAY_MS).toISOString()];
  const client = await on.connect();
  const rollups: Rollups = { modelMinutes: [], keyMinutes: [], ipDays: [], usageDays: [], usageSlots: [] };
  const ipDays = new Map<string, IpDay>();
  const usageDays = new Map<string, UsageDay>();
  const bills: UsageTransaction[] = [];
  let rows = 0;
  try {
    // One transaction: a table made in it needs no WAL where wal_level is minimal.
    await client.query(`BEGIN; DROP TABLE IF EXISTS hot.${table};
      CREATE TABLE hot.${table} (LIKE hot.request_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
        CONSTRAINT in_day CHECK (created_at >= '${from}' AND created_at < '${to}'))`);
    const columns = REQUEST_LOG_COLUMNS.map(({ name }) => name).join(", ");
    const copy = client.query(copyFrom(`COPY hot.${table} (${columns}) FROM STDIN`));
    for (const [hour, share] of hourShares().entries()) {
      const calls = callsWithin(plan, dayMs + hour * HOUR_MS, Math.round(plan.perDay * share));
      if (withBills) bills.push(...billsOf(calls));
      for (let at = 0; at < calls.length; at += 2_000) {
        if (!copy.write(copyText(calls.slice(at, at + 2_000)))) await once(copy, "drain");
      }
      rows += calls.length;
      const made = rollUp(calls);
      rollups.modelMinutes.push(...made.modelMinutes);
      rollups.keyMinutes.push(...made.keyMinutes);
      rollups.usageSlots.push(...made.usageSlots);
      for (const cell of made.ipDays) addIpDay(ipDays, cell);
      for (const cell of made.usageDays) addUsageDay(usageDays, cell);
    }
    copy.end();
    await once(copy, "finish");
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  rollups.ipDays = [...ipDays.values()];
  rollups.usageDays = [...usageDays.values()];
  const indexed = (async () => {
    await forgetRollups(on, from, to);
    await copyRollups(on, rollups);
    await postBills(on, bills);
    await on.query(`ALTER TABLE hot.request_log ATTACH PARTITION hot.${table} FOR VALUES FROM ('${from}') TO ('${to}');
      ALTER TABLE hot.${table} DROP CONSTRAINT in_day; ANALYZE hot.${table}`);
  })();
  return { rows, indexed };
}

function callsWithin({ cast, random, fromMs, toMs }: Plan, startMs: number, count: number): RequestLogRow[] {
  if (startMs >= toMs || startMs + HOUR_MS <= fromMs) return [];
  return callsOfHour(cast, random, startMs, count).filter(
    (row) => row.createdAtMs >= fromMs && row.createdAtMs < toMs,
  );
}

function addIpDay(into: Map<string, IpDay>, cell: IpDay): void {
  const key = `${cell.keyId}\n${cell.ip}`;
  const found = into.get(key);
  if (found === undefined) return void into.set(key, cell);
  for (const name of ["requests", "errors", "promptTokens", "completionTokens"] as const)
    found[name] += cell[name];
  found.cost += cell.cost;
  found.firstSeenMs = Math.min(found.firstSeenMs, cell.firstSeenMs);
  found.lastSeenMs = Math.max(found.lastSeenMs, cell.lastSeenMs);
}

function addUsageDay(into: Map<string, UsageDay>, cell: UsageDay): void {
  const key = `${cell.accountId}\n${cell.groupId}\n${cell.model}\n${cell.step}`;
  const found = into.get(key);
  if (found === undefined) return void into.set(key, cell);
  for (const name of ["requests", "images", "seconds", "characters"] as const) found[name] += cell[name];
  found.tokens = found.tokens.map((count, unit) => count + (cell.tokens[unit] ?? 0));
  found.cost += cell.cost;
}

function billsOf(calls: readonly RequestLogRow[]): UsageTransaction[] {
  const sums = new UsageSums(newId);
  for (const row of calls) row.ledgerTransactionId = sums.add(row);
  return sums.all();
}

/** The ledger's side of a day, each transaction in the minute that it sums. */
async function postBills(pool: pg.Pool, bills: readonly UsageTransaction[]): Promise<void> {
  for (let at = 0; at < bills.length; at += 5_000) {
    const part = bills.slice(at, at + 5_000);
    await pool.query(
      `WITH posted AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::bigint[])
           AS t (id, account_id, minute, requests, amount)),
         headers AS (INSERT INTO hot.ledger_transaction (id, kind, account_id, minute, requests, created_at)
           SELECT id, 'usage', account_id, minute, requests, minute + interval '59 seconds' FROM posted)
       INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
       SELECT id, 1, 'customer', account_id, -amount FROM posted
       UNION ALL SELECT id, 2, 'usage', NULL, amount FROM posted`,
      [
        part.map((bill) => bill.id),
        part.map((bill) => bill.accountId),
        part.map((bill) => new Date(bill.minuteMs)),
        part.map((bill) => bill.requests),
        part.map((bill) => bill.amountNanoUsd),
      ],
    );
  }
}

/** What an interrupted run may have left of the day. */
async function forgetRollups(on: pg.Pool, from: string, to: string): Promise<void> {
  for (const table of ["rollup_minute_model", "rollup_minute_key"])
    await on.query(`DELETE FROM hot.${table} WHERE minute >= $1 AND minute < $2`, [from, to]);
  for (const table of ["rollup_day_ip", "rollup_day_usage", "rollup_slot_usage"])
    await on.query(`DELETE FROM hot.${table} WHERE day = ($1::timestamptz AT TIME ZONE 'UTC')::date`, [from]);
}

async function copyRollups(pool: pg.Pool, rollups: Rollups): Promise<void> {
  const { modelMinutes, keyMinutes, ipDays, usageDays, usageSlots } = rollups;
  const time = (ms: number) => new Date(ms).toISOString();
  await copyCells(pool, "rollup_minute_model", modelMinutes, (cell) => ({
    minute: time(cell.minuteMs),
    model: cell.model,
    group_id: cell.groupId,
    channel_id: cell.channelId,
    status_class: cell.statusClass,
    ...piecesOf(cell),
    upstream_cost: cell.upstreamCost,
    latency_histogram: String(arrayLiteral(cell.latencyHistogram)),
    first_token_histogram: String(arrayLiteral(cell.firstTokenHistogram)),
  }));
  await copyCells(pool, "rollup_minute_key", keyMinutes, (cell) => ({
    minute: time(cell.minuteMs),
    account_id: cell.accountId,
    key_id: cell.keyId,
    model: cell.model,
    errors: cell.errors,
    failures: cell.failures,
    ...piecesOf(cell),
  }));
  await copyCells(pool, "rollup_day_ip", ipDays, (cell) => ({
    day: cell.day,
    key_id: cell.keyId,
    ip: cell.ip,
    account_id: cell.accountId,
    requests: cell.requests,
    errors: cell.errors,
    prompt_tokens: cell.promptTokens,
    completion_tokens: cell.completionTokens,
    cost: cell.cost,
    user_agent: cell.userAgent,
    first_seen: time(cell.firstSeenMs),
    last_seen: time(cell.lastSeenMs),
  }));
  await copyCells(pool, "rollup_day_usage", usageDays, usageOf);
  await copyCells(pool, "rollup_slot_usage", usageSlots, (cell) => ({
    ...usageOf(cell),
    slot: cell.slot,
    image_kind: cell.imageKind,
  }));
}

const usageOf = (cell: UsageDay) => ({
  day: cell.day,
  account_id: cell.accountId,
  group_id: cell.groupId,
  model: cell.model,
  context_step: cell.step,
  requests: cell.requests,
  tokens: String(arrayLiteral(cell.tokens)),
  images: cell.images,
  seconds: cell.seconds,
  characters: cell.characters,
  cost: cell.cost,
});

const piecesOf = (cell: Rollups["keyMinutes"][number] | Rollups["modelMinutes"][number]) => ({
  requests: cell.requests,
  prompt_tokens: cell.promptTokens,
  completion_tokens: cell.completionTokens,
  images: cell.images,
  videos: cell.videos,
  audios: cell.audios,
  cost: cell.cost,
});

async function copyCells<Cell>(
  pool: pg.Pool,
  table: string,
  cells: readonly Cell[],
  valuesOf: (cell: Cell) => Record<string, Element>,
): Promise<void> {
  const [first] = cells;
  if (first === undefined) return;
  const client = await pool.connect();
  try {
    const columns = Object.keys(valuesOf(first)).join(", ");
    const copy = client.query(copyFrom(`COPY hot.${table} (${columns}) FROM STDIN`));
    for (let at = 0; at < cells.length; at += 2_000) {
      const lines = cells
        .slice(at, at + 2_000)
        .map((cell) => Object.values(valuesOf(cell)).map(copyValue).join("\t"));
      if (!copy.write(`${lines.join("\n")}\n`)) await once(copy, "drain");
    }
    copy.end();
    await once(copy, "finish");
  } finally {
    client.release();
  }
}

function copyText(rows: readonly RequestLogRow[]): string {
  let text = "";
  for (const row of rows) {
    text += columnValues(row).map(copyValue).join("\t");
    text += "\n";
  }
  return text;
}

function copyValue(value: Element): string {
  if (value === null || value === undefined) return "\\N";
  if (typeof value !== "string") return String(value);
  return value.includes("\\") ? value.replaceAll("\\", "\\\\") : value;
}
