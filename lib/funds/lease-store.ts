import type pg from "pg";
import type { NodeHold } from "./hold-publisher.ts";
import type { RefillAnswer } from "./lane.ts";
import type { LeaseState } from "./lease.ts";
import type { GiveBack, Shortfall } from "./lease-book.ts";

/** NOTIFY channel that asks nodes for what is free of an account: `<asking node or "all"> <account id>`. */
export const recallChannel = "tollgate_recall";

/** The database gave no answer in time, or none at all. What was asked may have happened or not. */
export class DatabaseAway extends Error {
  override name = "DatabaseAway";
}

/** Who asks, under which epoch, and how long to wait for an answer. */
export type LeaseNode = { pool: pg.Pool; nodeId: string; waitMs: number };

type StateRow = {
  account_id: string;
  key_id: string | null;
  period_start: Date | null;
  amount: bigint;
  spent: bigint;
  version: bigint;
  available: bigint;
};

/** Takes the node's next epoch: whatever was sent before and has not happened by now never will. */
export async function openNode(node: LeaseNode): Promise<bigint> {
  const [row] = await ask<{ epoch: bigint }>(
    node,
    `INSERT INTO hot.lease_node AS n (node_id) VALUES ($1)
     ON CONFLICT (node_id) DO UPDATE SET epoch = n.epoch + 1, seen_at = clock_timestamp() RETURNING epoch`,
    [node.nodeId],
  );
  if (row === undefined) throw new Error("the node was not opened");
  return row.epoch;
}

/** Says that the node lives. False: the epoch is over (abandoned, or another process has this node's id). */
export async function renewNode(node: LeaseNode, epoch: bigint): Promise<boolean> {
  const rows = await ask(
    node,
    "UPDATE hot.lease_node SET seen_at = clock_timestamp() WHERE node_id = $1 AND epoch = $2 RETURNING 1 AS renewed",
    [node.nodeId, epoch],
  );
  return rows.length === 1;
}

/** All that the node has leased, and what it knows of besides. */
export async function readNodeLeases(node: LeaseNode, known: readonly string[]): Promise<LeaseState[]> {
  const rows = await ask<StateRow>(
    node,
    `SELECT l.account_id, NULL::uuid AS key_id, NULL::timestamptz AS period_start, l.amount, l.spent, l.version,
       f.balance + f.credit_line - f.held - f.leased AS available
     FROM hot.lease l JOIN hot.account_funds f USING (account_id)
     WHERE l.node_id = $1 AND (l.amount > 0 OR l.account_id = ANY($2::uuid[]))
     UNION ALL
     SELECT account_id, key_id, period_start, amount, spent, version, 0 FROM hot.key_lease
     WHERE node_id = $1 AND (amount > 0 OR account_id = ANY($2::uuid[]))`,
    [node.nodeId, known],
  );
  return rows.map(stateOf);
}

/** How much room a refill leaves for the calls that come next. */
export type Slice = { wishNanoUsd: bigint; keyWishNanoUsd: bigint; mostNanoUsd: bigint };

/** Leases what a call lacks, of the account and of the key's budget, all or nothing (hot.refill_lease). */
export async function refillLease(
  node: LeaseNode,
  epoch: bigint,
  { accountId, needNanoUsd, key }: Shortfall,
  slice: Slice,
): Promise<RefillAnswer> {
  const [row] = await ask<{
    answer: RefillAnswer["kind"];
    available: bigint;
    others: bigint;
    amount: bigint;
    spent: bigint;
    version: bigint;
    key_amount: bigint;
    key_spent: bigint;
    key_version: bigint;
  }>(node, "SELECT * FROM hot.refill_lease($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", [
    node.nodeId,
    epoch,
    accountId,
    needNanoUsd,
    slice.wishNanoUsd,
    slice.mostNanoUsd,
    key?.keyId ?? null,
    key === null ? null : new Date(key.periodStartMs),
    key?.limitNanoUsd ?? null,
    key?.needNanoUsd ?? null,
    slice.keyWishNanoUsd,
  ]);
  if (row === undefined) throw new Error("the refill gave no answer");
  const { answer: kind, available: availableNanoUsd } = row;
  if (kind === "fenced") return { kind };
  if (kind !== "ok") return { kind, availableNanoUsd, othersNanoUsd: row.others };
  const { amount: amountNanoUsd, spent: spentNanoUsd, version } = row;
  const states: LeaseState[] = [
    { accountId, key: null, amountNanoUsd, spentNanoUsd, version, availableNanoUsd },
  ];
  if (key !== null) {
    states.push({
      accountId,
      key: { keyId: key.keyId, periodStartMs: key.periodStartMs },
      amountNanoUsd: row.key_amount,
      spentNanoUsd: row.key_spent,
      version: row.key_version,
    });
  }
  return { kind, states };
}

/** Gives back what the book has set aside; no states: the epoch is over. */
export async function returnLease(node: LeaseNode, epoch: bigint, back: GiveBack): Promise<LeaseState[]> {
  const rows = await ask<StateRow>(
    node,
    "SELECT * FROM hot.return_lease($1, $2, $3, $4, $5::uuid[], $6::timestamptz[], $7::bigint[])",
    [
      node.nodeId,
      epoch,
      back.accountId,
      back.amountNanoUsd,
      back.keys.map((key) => key.keyId),
      back.keys.map((key) => new Date(key.periodStartMs)),
      back.keys.map((key) => key.amountNanoUsd),
    ],
  );
  return rows.map(stateOf);
}

/** Writes down what running calls hold on this node, for other nodes to show; of what is not named nothing changes. */
export async function tellHolds(node: LeaseNode, changes: readonly NodeHold[]): Promise<void> {
  await ask(
    node,
    `WITH told AS (SELECT * FROM unnest($2::uuid[], $3::bigint[]) AS t(account_id, held)),
     ended AS (
       DELETE FROM hot.node_hold h USING told t WHERE h.node_id = $1 AND h.account_id = t.account_id AND t.held = 0
     )
     INSERT INTO hot.node_hold (node_id, account_id, held) SELECT $1, account_id, held FROM told WHERE held > 0
     ON CONFLICT (node_id, account_id) DO UPDATE SET held = excluded.held`,
    [node.nodeId, changes.map(({ accountId }) => accountId), changes.map(({ heldNanoUsd }) => heldNanoUsd)],
  );
}

/** Nothing is held on this node. */
export async function forgetHolds(node: LeaseNode): Promise<void> {
  await ask(node, "DELETE FROM hot.node_hold WHERE node_id = $1", [node.nodeId]);
}

/** Asks every node but this one for what is free of an account. */
export async function recallLeases(node: LeaseNode, accountId: string): Promise<void> {
  await ask(node, "SELECT pg_notify($1, $2)", [recallChannel, `${node.nodeId} ${accountId}`]);
}

export type LeaseCosts = {
  accounts: readonly { accountId: string; costNanoUsd: bigint }[];
  keys: readonly { keyId: string; periodStartMs: number; costNanoUsd: bigint }[];
};

/**
 * Takes what a flush costs out of the node's leases, in the flush's own transaction and after it moved balances and
 * budgets. One item per account and per (key, period). Hand what it returns to the engine (`flushed`) after COMMIT.
 */
export async function spendLeases(
  client: pg.PoolClient,
  nodeId: string,
  { accounts, keys }: LeaseCosts,
): Promise<LeaseState[]> {
  const { rows } = await client.query<StateRow>({
    name: "spend-leases",
    text: "SELECT * FROM hot.spend_leases($1, $2::uuid[], $3::bigint[], $4::uuid[], $5::timestamptz[], $6::bigint[])",
    values: [
      nodeId,
      accounts.map((account) => account.accountId),
      accounts.map((account) => account.costNanoUsd),
      keys.map((key) => key.keyId),
      keys.map((key) => new Date(key.periodStartMs)),
      keys.map((key) => key.costNanoUsd),
    ],
  });
  return rows.map(stateOf);
}

/**
 * Frees all that a node has leased: for an operator who knows that it is gone for good. Answers what was freed, nano-USD;
 * null: the node is not known, or renewed its leases within `quietMs` and is left alone.
 */
export async function abandonNode(
  pool: pg.Pool,
  nodeId: string,
  quietMs = ABANDON_QUIET_MS,
): Promise<bigint | null> {
  const { rows } = await pool.query<{ freed: bigint | null }>(
    "SELECT hot.abandon_node($1, make_interval(secs => $2)) AS freed",
    [nodeId, quietMs / 1000],
  );
  return rows[0]?.freed ?? null;
}

/** Longer than a lease can be spent without renewal. */
const ABANDON_QUIET_MS = 60_000;

/** What each node has leased, per account, the largest first: for the console. */
export type LeaseRow = { nodeId: string; accountId: string; amountNanoUsd: bigint; nodeSeenAt: Date };

/** Leases with money in them, the largest first, up to `limit`. */
export async function listLeases(pool: pg.Pool, limit: number): Promise<LeaseRow[]> {
  const { rows } = await pool.query<LeaseRow>(
    `SELECT l.node_id AS "nodeId", l.account_id AS "accountId", l.amount AS "amountNanoUsd", n.seen_at AS "nodeSeenAt"
     FROM hot.lease l JOIN hot.lease_node n USING (node_id)
     WHERE l.amount > 0 ORDER BY l.amount DESC, l.node_id, l.account_id LIMIT $1`,
    [limit],
  );
  return rows;
}

/** Runs one statement and waits for it at most `waitMs`. Rejects with DatabaseAway unless the statement itself is wrong. */
async function ask<Row extends pg.QueryResultRow>(
  { pool, waitMs }: LeaseNode,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseAway("the database does not answer")), waitMs);
  });
  try {
    // The query's own limit frees its connection; ours also counts the wait for a connection.
    const query = { text, values, query_timeout: waitMs };
    const { rows } = await Promise.race([pool.query<Row>(query), late]);
    return rows;
  } catch (error) {
    return throwAway(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Throws DatabaseAway for what passes: no connection (any error of a socket or of the client itself), resources (SQLSTATE
 * class 53), shutdown (57), a lost transaction (40), a lock (55). Anything else is a fault of ours and thrown as it is.
 */
export function throwAway(error: unknown): never {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  const code = "code" in error ? error.code : undefined;
  const isSqlState = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
  if (isSqlState && !/^(08|40|53|55|57)/.test(code)) throw error;
  throw new DatabaseAway("the database is away", { cause: error });
}

function stateOf(row: StateRow): LeaseState {
  const { account_id: accountId, key_id: keyId, period_start: periodStart } = row;
  const amounts = { amountNanoUsd: row.amount, spentNanoUsd: row.spent, version: row.version };
  if (keyId === null) return { accountId, key: null, ...amounts, availableNanoUsd: row.available };
  return { accountId, key: { keyId, periodStartMs: periodStart?.getTime() ?? 0 }, ...amounts };
}
