import type pg from "pg";
import { hourMs, utcDay } from "#lib/core/time";
import { arrayLiteral } from "#lib/db/array-literal";
import { inPoolTransaction } from "#lib/db/pool";
import { addSightings } from "#lib/detection/sighting-store";
import type { LeaseState } from "#lib/funds/lease";
import { spendLeases } from "#lib/funds/lease-store";
import { REQUEST_LOG_COLUMNS } from "#lib/logs/columns";
import { type Rollups, rollUp } from "#lib/logs/rollup";
import type { RequestLogRow } from "#lib/logs/row";
import { LATE_AFTER_MS, markStale } from "#lib/logs/sums-store";
import {
  accountCosts,
  areSendable,
  type BudgetSpend,
  budgetSpends,
  type Settlement,
  type UsageTransaction,
} from "./batch.ts";
import { SettledElsewhere, UnreadableRow } from "./faults.ts";
import { advanceFence, type Fence, FLUSH_DEADLINE_MS } from "./fence-store.ts";

/** How a batch came to be written. */
export type BatchOrigin = {
  /** The step of a node's spool that this batch is: it is written if the fence moves, and not otherwise. */
  fence?: Fence;
  /** The node whose leases the calls were paid from. Without it they had holds in the database. */
  leasedNodeId?: string;
};

/**
 * Writes how a batch of calls ended, in one transaction: log rows, ledger, balances, holds, leases, budgets, rollups.
 * Settling twice is settling once: a row that stands already (a batch whose COMMIT was answered by a lost connection
 * and is tried again) moves no money. `usage` is what assignUsageTransactions said of the same batch. Returns how the
 * node's leases stand after it.
 */
export async function writeSettlements(
  batch: readonly Settlement[],
  usage: readonly UsageTransaction[],
  pool?: pg.Pool,
  origin: BatchOrigin = {},
): Promise<LeaseState[]> {
  return inPoolTransaction(
    async (client) => {
      if (origin.fence !== undefined && !(await advanceFence(client, origin.fence))) return [];
      return applySettlements(client, batch, usage, origin);
    },
    pool,
    FLUSH_DEADLINE_MS,
  );
}

/** The same, inside a transaction of the caller's. */
export async function applySettlements(
  client: pg.PoolClient,
  batch: readonly Settlement[],
  usage: readonly UsageTransaction[],
  { leasedNodeId }: Pick<BatchOrigin, "leasedNodeId">,
): Promise<LeaseState[]> {
  if (!areSendable(batch)) throw new UnreadableRow("a row has no time or no amount");
  await ensurePartitions(client, batch);
  const isNew = await insertRows(
    client,
    batch.filter(({ row }) => !row.addsToRow),
  );
  if (!isNew) return [];
  await countRepeats(
    client,
    batch.filter(({ row }) => row.addsToRow),
  );
  const budgets = budgetSpends(batch);
  await lockFunds(client, batch);
  // What was paid from leases was held in memory alone.
  if (leasedNodeId === undefined) {
    await freeHolds(
      client,
      batch.filter((settlement) => settlement.held).map(({ row }) => row.requestId),
    );
  }
  await postUsage(client, usage);
  await spendBudgets(client, budgets);
  const states = leasedNodeId === undefined ? [] : await payFromLeases(client, leasedNodeId, usage, budgets);
  const rollups = rollUp(batch.map(({ row }) => row));
  await addRollups(client, rollups);
  await addSightings(
    client,
    batch.map(({ row }) => row),
  );
  const late = rollups.keyMinutes.flatMap(({ minuteMs }) => (isLate(minuteMs) ? [minuteMs] : []));
  if (late.length > 0) await markStale(client, late);
  return states;
}

/** Whether sums of the minute's hour may stand already. */
function isLate(minuteMs: number): boolean {
  const endOfHourMs = minuteMs - (minuteMs % hourMs) + hourMs;
  return Date.now() - endOfHourMs > LATE_AFTER_MS;
}

function payFromLeases(
  client: pg.PoolClient,
  nodeId: string,
  usage: readonly UsageTransaction[],
  budgets: readonly BudgetSpend[],
): Promise<LeaseState[]> {
  const keys = budgets.map(({ spentNanoUsd: costNanoUsd, ...key }) => ({ ...key, costNanoUsd }));
  return spendLeases(client, nodeId, { accounts: accountCosts(usage), keys });
}

/** A partition may be missing after a clock jump or a long outage; there is no DEFAULT partition to hide that. */
async function ensurePartitions(client: pg.PoolClient, batch: readonly Settlement[]): Promise<void> {
  const days = new Set(batch.map(({ row }) => utcDay(row.createdAtMs)));
  for (const day of days) {
    const known = await client.query("SELECT to_regclass($1) IS NOT NULL AS known", [
      `hot.request_log_${day.replaceAll("-", "")}`,
    ]);
    if (known.rows[0]?.known !== true) {
      await client.query("SELECT hot.ensure_log_partitions($1::date, $1::date)", [day]);
    }
  }
}

const INSERT_ROWS = `INSERT INTO hot.request_log (${REQUEST_LOG_COLUMNS.map((c) => c.name).join(", ")})
  SELECT * FROM unnest(${REQUEST_LOG_COLUMNS.map((c, i) => `$${i + 1}::${c.type}[]`).join(", ")})
  ON CONFLICT DO NOTHING`;

/** A batch commits whole, so the rows are either all new or all there: false says that they stand already. */
async function insertRows(client: pg.PoolClient, batch: readonly Settlement[]): Promise<boolean> {
  if (batch.length === 0) return true;
  const values = REQUEST_LOG_COLUMNS.map((column) => arrayLiteral(batch.map(({ row }) => column.value(row))));
  const { rowCount } = await client.query({ name: "insert-rows", text: INSERT_ROWS, values });
  if (rowCount === 0) return false;
  if (rowCount === batch.length) return true;
  throw new SettledElsewhere(
    `${batch.length - (rowCount ?? 0)} of ${batch.length} rows were settled by another batch`,
  );
}

/** Refusals beyond what gets rows of its own: the collapsed row counts them. The rows are this node's alone. */
async function countRepeats(client: pg.PoolClient, batch: readonly Settlement[]): Promise<void> {
  if (batch.length === 0) return;
  await client.query({
    name: "count-repeats",
    text: `WITH added AS (
        SELECT created_at, request_id, sum(n)::int AS n
        FROM unnest($1::timestamptz[], $2::uuid[], $3::int[]) AS t (created_at, request_id, n) GROUP BY 1, 2
      )
      UPDATE hot.request_log r SET repeats = r.repeats + a.n FROM added a
      WHERE r.created_at = a.created_at AND r.request_id = a.request_id`,
    values: [
      batch.map(({ row }) => new Date(row.createdAtMs)),
      batch.map(({ row }) => row.requestId),
      batch.map(({ row }) => row.repeats),
    ],
  });
}

/** In one order for every writer, and before anything else of the account is touched. */
async function lockFunds(client: pg.PoolClient, batch: readonly Settlement[]): Promise<void> {
  const accounts = [...new Set(batch.flatMap(({ row }) => row.accountId ?? []))];
  if (accounts.length === 0) return;
  await client.query(
    "SELECT 1 FROM hot.account_funds WHERE account_id = ANY($1::uuid[]) ORDER BY account_id FOR UPDATE",
    [accounts],
  );
}

/** What was held becomes available again: the amounts are those that stand in the database, not the node's. */
async function freeHolds(client: pg.PoolClient, requestIds: readonly string[]): Promise<void> {
  if (requestIds.length === 0) return;
  await client.query({
    name: "free-holds",
    text: `WITH freed AS (
        DELETE FROM hot.hold WHERE request_id = ANY($1::uuid[]) RETURNING account_id, key_id, period_start, amount
      ), by_account AS (
        SELECT account_id, sum(amount)::bigint AS amount FROM freed GROUP BY account_id
      ), funds AS (
        UPDATE hot.account_funds f SET held = f.held - b.amount FROM by_account b WHERE f.account_id = b.account_id
      ), by_key AS (
        SELECT key_id, period_start, sum(amount)::bigint AS amount FROM freed
        WHERE period_start IS NOT NULL GROUP BY key_id, period_start
      )
      UPDATE hot.key_budget k SET held = k.held - b.amount FROM by_key b
      WHERE k.key_id = b.key_id AND k.period_start = b.period_start`,
    values: [requestIds],
  });
}

/** Frees holds that stand although their calls' rows do: they reached the database after the call was given up. */
export async function freeLateHolds(requestIds: readonly string[], from: pg.Pool): Promise<void> {
  if (requestIds.length === 0) return;
  await inPoolTransaction(async (client) => {
    await client.query(
      `SELECT 1 FROM hot.account_funds
       WHERE account_id IN (SELECT account_id FROM hot.hold WHERE request_id = ANY($1::uuid[]))
       ORDER BY account_id FOR UPDATE`,
      [requestIds],
    );
    await freeHolds(client, requestIds);
  }, from);
}

/** Ledger and balance move together: customer − cost, usage + cost. */
async function postUsage(client: pg.PoolClient, usage: readonly UsageTransaction[]): Promise<void> {
  if (usage.length === 0) return;
  await client.query({
    name: "post-usage",
    text: `WITH posted AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::bigint[])
          AS t(id, account_id, minute, requests, amount)
      ), headers AS (
        INSERT INTO hot.ledger_transaction (id, kind, account_id, minute, requests)
        SELECT id, 'usage', account_id, minute, requests FROM posted RETURNING id
      ), entries AS (
        INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
        SELECT id, 1, 'customer', account_id, -amount FROM posted
        UNION ALL SELECT id, 2, 'usage', NULL, amount FROM posted
      ), spent AS (
        SELECT account_id, sum(amount)::bigint AS amount FROM posted GROUP BY account_id
      )
      UPDATE hot.account_funds f SET balance = f.balance - s.amount FROM spent s WHERE f.account_id = s.account_id`,
    values: [
      usage.map((u) => u.id),
      usage.map((u) => u.accountId),
      usage.map((u) => new Date(u.minuteMs)),
      usage.map((u) => u.requests),
      usage.map((u) => u.amountNanoUsd),
    ],
  });
}

async function spendBudgets(client: pg.PoolClient, spends: readonly BudgetSpend[]): Promise<void> {
  if (spends.length === 0) return;
  await client.query({
    name: "spend-budgets",
    text: `INSERT INTO hot.key_budget AS k (key_id, period_start, spent)
      SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[])
      ON CONFLICT (key_id, period_start) DO UPDATE SET spent = k.spent + excluded.spent`,
    values: [
      spends.map((s) => s.keyId),
      spends.map((s) => new Date(s.periodStartMs)),
      spends.map((s) => s.spentNanoUsd),
    ],
  });
}

async function addRollups(client: pg.PoolClient, rollups: Rollups): Promise<void> {
  await addJson(
    client,
    "rollup-model",
    ADD_MODEL_MINUTES,
    rollups.modelMinutes.map((cell) => ({ ...jsonSafe(cell), upstreamCost: cell.upstreamCost.toString() })),
  );
  await addJson(client, "rollup-key", ADD_KEY_MINUTES, rollups.keyMinutes.map(jsonSafe));
  await addJson(client, "rollup-ip", ADD_IP_DAYS, rollups.ipDays.map(jsonSafe));
  await addJson(client, "rollup-usage", ADD_USAGE_DAYS, rollups.usageDays.map(jsonSafe));
  await addJson(client, "rollup-usage-slot", ADD_USAGE_SLOTS, rollups.usageSlots.map(jsonSafe));
}

async function addJson(client: pg.PoolClient, name: string, text: string, cells: object[]): Promise<void> {
  if (cells.length > 0) await client.query({ name, text, values: [JSON.stringify(cells)] });
}

const jsonSafe = <T extends { cost: bigint }>(cell: T) => ({ ...cell, cost: cell.cost.toString() });

const ADD_MODEL_MINUTES = `INSERT INTO hot.rollup_minute_model AS r (minute, model, group_id, channel_id, status_class,
    requests, prompt_tokens, completion_tokens, images, videos, audios, cost, upstream_cost, latency_histogram,
    first_token_histogram)
  SELECT to_timestamp("minuteMs" / 1000.0), model, "groupId", "channelId", "statusClass",
    requests, "promptTokens", "completionTokens", images, videos, audios, cost, "upstreamCost", "latencyHistogram",
    "firstTokenHistogram"
  FROM json_to_recordset($1) AS j("minuteMs" bigint, model text, "groupId" text, "channelId" text, "statusClass" smallint,
    requests bigint, "promptTokens" bigint, "completionTokens" bigint, images bigint, videos bigint, audios bigint,
    cost numeric, "upstreamCost" numeric, "latencyHistogram" integer[], "firstTokenHistogram" integer[])
  ON CONFLICT (minute, model, group_id, channel_id, status_class) DO UPDATE SET
    requests = r.requests + excluded.requests, prompt_tokens = r.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = r.completion_tokens + excluded.completion_tokens, images = r.images + excluded.images,
    videos = r.videos + excluded.videos, audios = r.audios + excluded.audios,
    cost = r.cost + excluded.cost, upstream_cost = r.upstream_cost + excluded.upstream_cost,
    latency_histogram = hot.add_histograms(r.latency_histogram, excluded.latency_histogram),
    first_token_histogram = hot.add_histograms(r.first_token_histogram, excluded.first_token_histogram)`;

const ADD_KEY_MINUTES = `INSERT INTO hot.rollup_minute_key AS r (minute, account_id, key_id, model,
    requests, errors, failures, prompt_tokens, completion_tokens, images, videos, audios, cost)
  SELECT to_timestamp("minuteMs" / 1000.0), "accountId", "keyId", model,
    requests, errors, failures, "promptTokens", "completionTokens", images, videos, audios, cost
  FROM json_to_recordset($1) AS j("minuteMs" bigint, "accountId" text, "keyId" text, model text,
    requests bigint, errors bigint, failures bigint, "promptTokens" bigint, "completionTokens" bigint, images bigint,
    videos bigint, audios bigint, cost numeric)
  ON CONFLICT (minute, account_id, key_id, model) DO UPDATE SET
    requests = r.requests + excluded.requests, errors = r.errors + excluded.errors,
    failures = r.failures + excluded.failures, prompt_tokens = r.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = r.completion_tokens + excluded.completion_tokens, images = r.images + excluded.images,
    videos = r.videos + excluded.videos, audios = r.audios + excluded.audios, cost = r.cost + excluded.cost`;

const ADD_IP_DAYS = `INSERT INTO hot.rollup_day_ip AS r (day, key_id, ip, account_id, requests, errors, prompt_tokens,
    completion_tokens, cost, user_agent, first_seen, last_seen)
  SELECT day, "keyId", ip, "accountId", requests, errors, "promptTokens", "completionTokens", cost, "userAgent",
    to_timestamp("firstSeenMs" / 1000.0), to_timestamp("lastSeenMs" / 1000.0)
  FROM json_to_recordset($1) AS j(day date, "keyId" text, ip inet, "accountId" text, requests bigint, errors bigint,
    "promptTokens" bigint, "completionTokens" bigint, cost numeric, "userAgent" text, "firstSeenMs" bigint,
    "lastSeenMs" bigint)
  ON CONFLICT (day, key_id, ip) DO UPDATE SET
    requests = r.requests + excluded.requests, errors = r.errors + excluded.errors, cost = r.cost + excluded.cost,
    prompt_tokens = r.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = r.completion_tokens + excluded.completion_tokens,
    user_agent = CASE WHEN excluded.last_seen >= r.last_seen THEN excluded.user_agent ELSE r.user_agent END,
    first_seen = least(r.first_seen, excluded.first_seen), last_seen = greatest(r.last_seen, excluded.last_seen)`;

const ADD_USAGE_DAYS = `INSERT INTO hot.rollup_day_usage AS r (day, account_id, group_id, model, context_step, requests,
    tokens, images, seconds, characters, cost)
  SELECT day, "accountId", "groupId", model, step, requests, tokens, images, seconds, characters, cost
  FROM json_to_recordset($1) AS j(day date, "accountId" text, "groupId" text, model text, step smallint, requests bigint,
    tokens bigint[], images bigint, seconds bigint, characters bigint, cost numeric)
  ON CONFLICT (day, account_id, group_id, model, context_step) DO UPDATE SET
    requests = r.requests + excluded.requests, tokens = hot.add_counts(r.tokens, excluded.tokens),
    images = r.images + excluded.images, seconds = r.seconds + excluded.seconds,
    characters = r.characters + excluded.characters, cost = r.cost + excluded.cost`;

const ADD_USAGE_SLOTS = `INSERT INTO hot.rollup_slot_usage AS r (day, model, account_id, group_id, context_step, slot,
    image_kind, requests, tokens, images, seconds, characters, cost)
  SELECT day, model, "accountId", "groupId", step, slot, "imageKind", requests, tokens, images, seconds, characters, cost
  FROM json_to_recordset($1) AS j(day date, model text, "accountId" text, "groupId" text, step smallint, slot smallint,
    "imageKind" text, requests bigint, tokens bigint[], images bigint, seconds bigint, characters bigint, cost numeric)
  ON CONFLICT (day, model, account_id, group_id, context_step, slot, image_kind) DO UPDATE SET
    requests = r.requests + excluded.requests, tokens = hot.add_counts(r.tokens, excluded.tokens),
    images = r.images + excluded.images, seconds = r.seconds + excluded.seconds,
    characters = r.characters + excluded.characters, cost = r.cost + excluded.cost`;

/** The rows of calls that were running when this node last stopped without settling them, read from their holds. */
export async function findInterrupted(
  nodeId: string,
  client: pg.Pool,
): Promise<
  { row: Partial<RequestLogRow>; requestId: string; holdNanoUsd: bigint; periodStart: Date | null }[]
> {
  const { rows } = await client.query(
    "SELECT request_id, amount, period_start, log FROM hot.hold WHERE node_id = $1",
    [nodeId],
  );
  return rows.map((r) => ({
    requestId: r.request_id,
    holdNanoUsd: r.amount,
    periodStart: r.period_start,
    row: r.log,
  }));
}
