import type pg from "pg";
import { hourMs } from "#lib/core/time";
import { inPoolTransaction } from "#lib/db/pool";
import { addSightings } from "#lib/detection/sighting-store";
import type { LeaseState } from "#lib/funds/lease";
import { spendLeases } from "#lib/funds/lease-store";
import { LATE_AFTER_MS, markStale } from "#lib/logs/sums-store";
import { columnsOfSettlements } from "#lib/spool/settlement-columns";
import { accountCosts, type BudgetSpend, type Settlement, type UsageTransaction } from "./batch.ts";
import { SettledElsewhere } from "./faults.ts";
import { advanceFence, type Fence, FLUSH_DEADLINE_MS } from "./fence-store.ts";
import { freeHolds } from "./hold-store.ts";
import { type BatchPlan, type Insert, planOf, type Repeats } from "./plan-store.ts";
import { addRollups } from "./rollup-store.ts";

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
 * and is tried again) moves no money. `newId` makes the ids of ledger transactions. Returns how the node's leases stand
 * after it.
 */
export async function writeSettlements(
  batch: readonly Settlement[],
  newId: () => string,
  pool?: pg.Pool,
  origin: BatchOrigin = {},
): Promise<LeaseState[]> {
  return writePlan(planOfSettlements(batch, newId, origin), pool, origin);
}

const planOfSettlements = (
  batch: readonly Settlement[],
  newId: () => string,
  { leasedNodeId }: Pick<BatchOrigin, "leasedNodeId">,
) => planOf(columnsOfSettlements(batch), newId, leasedNodeId === undefined);

/** The same of a batch that was planned, as often as it takes. */
export async function writePlan(
  plan: BatchPlan,
  pool: pg.Pool | undefined,
  origin: BatchOrigin,
): Promise<LeaseState[]> {
  return inPoolTransaction(
    async (client) => {
      if (origin.fence !== undefined && !(await advanceFence(client, origin.fence))) return [];
      return applyPlan(client, plan, origin);
    },
    pool,
    FLUSH_DEADLINE_MS,
  );
}

/** The same, inside a transaction of the caller's. */
export function applySettlements(
  client: pg.PoolClient,
  batch: readonly Settlement[],
  newId: () => string,
  origin: Pick<BatchOrigin, "leasedNodeId">,
): Promise<LeaseState[]> {
  return applyPlan(client, planOfSettlements(batch, newId, origin), origin);
}

async function applyPlan(
  client: pg.PoolClient,
  plan: BatchPlan,
  { leasedNodeId }: Pick<BatchOrigin, "leasedNodeId">,
): Promise<LeaseState[]> {
  await ensurePartitions(client, plan.days);
  const isNew = await insertRows(client, plan.insert);
  if (!isNew) return [];
  await countRepeats(client, plan.repeats);
  await lockFunds(client, plan.accounts);
  // What was paid from leases was held in memory alone.
  await freeHolds(client, plan.held);
  await postUsage(client, plan.usage);
  await spendBudgets(client, plan.budgets);
  const states =
    leasedNodeId === undefined ? [] : await payFromLeases(client, leasedNodeId, plan.usage, plan.budgets);
  await addRollups(client, plan.rollups);
  await addSightings(client, plan.sightings);
  const late = plan.rollups.keyMinutes.flatMap(({ minuteMs }) => (isLate(minuteMs) ? [minuteMs] : []));
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
async function ensurePartitions(client: pg.PoolClient, days: readonly string[]): Promise<void> {
  for (const day of days) {
    const known = await client.query("SELECT to_regclass($1) IS NOT NULL AS known", [
      `hot.request_log_${day.replaceAll("-", "")}`,
    ]);
    if (known.rows[0]?.known !== true) {
      await client.query("SELECT hot.ensure_log_partitions($1::date, $1::date)", [day]);
    }
  }
}

/** A batch commits whole, so the rows are either all new or all there: false says that they stand already. */
async function insertRows(client: pg.PoolClient, insert: Insert | undefined): Promise<boolean> {
  if (insert === undefined) return true;
  const { count, text, values } = insert;
  const { rowCount } = await client.query({ text, values });
  if (rowCount === 0) return false;
  if (rowCount === count) return true;
  throw new SettledElsewhere(`${count - (rowCount ?? 0)} of ${count} rows were settled by another batch`);
}

/** Refusals beyond what gets rows of its own: the collapsed row counts them. The rows are this node's alone. */
async function countRepeats(client: pg.PoolClient, repeats: Repeats | undefined): Promise<void> {
  if (repeats === undefined) return;
  await client.query({
    name: "count-repeats",
    text: `WITH added AS (
        SELECT created_at, request_id, sum(n)::int AS n
        FROM unnest($1::timestamptz[], $2::uuid[], $3::int[]) AS t (created_at, request_id, n) GROUP BY 1, 2
      )
      UPDATE hot.request_log r SET repeats = r.repeats + a.n FROM added a
      WHERE r.created_at = a.created_at AND r.request_id = a.request_id`,
    values: [repeats.createdAt, repeats.requestIds, repeats.counts],
  });
}

/** In one order for every writer, and before anything else of the account is touched. */
async function lockFunds(client: pg.PoolClient, accounts: readonly string[]): Promise<void> {
  if (accounts.length === 0) return;
  await client.query(
    "SELECT 1 FROM hot.account_funds WHERE account_id = ANY($1::uuid[]) ORDER BY account_id FOR UPDATE",
    [accounts],
  );
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
