import type pg from "pg";
import { createDirectClient, createPool, inPoolTransaction } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { newId } from "#lib/runtime/id";
import type { Funds, FundsAnswer } from "./funds.ts";
import type { Unflushed } from "./lease-book.ts";
import { spendLeases } from "./lease-store.ts";
import { type LeasedFunds, type LeasePolicy, leasedFunds } from "./live.ts";
import { directFunds } from "./store.ts";

/** A call as the tests make it. */
export type Call = {
  requestId: string;
  accountId: string;
  keyId: string;
  budget: { limitNanoUsd: bigint; periodStartMs: number } | null;
};

/** One node with one engine on the test's database. */
export type TestNode<F extends Funds = Funds> = {
  nodeId: string;
  funds: F;
  hold(call: Call, amountNanoUsd: bigint): Promise<FundsAnswer>;
  /** Says what the call cost, and writes that down as a settlement does. */
  settle(call: Call, costNanoUsd: bigint): Promise<void>;
  flush(call: Call, costNanoUsd: bigint): Promise<void>;
  stop(): Promise<void>;
};

export type LeasedNode = TestNode<LeasedFunds> & {
  /** Lets this node's monotonic clock jump, as after a stopped process. */
  advance(ms: number): void;
  /** `lost`: statements happen, their answers do not arrive. `away`: nothing arrives. */
  line: { state: "up" | "away" | "lost" };
};

/** A database and the nodes on it. */
export async function startFundsTest() {
  const database = await testDatabase();
  const pool = createPool(database.url, 16);
  return {
    pool,
    async account(balanceNanoUsd: bigint): Promise<string> {
      const id = newId();
      await pool.query("INSERT INTO hot.account_funds (account_id, balance) VALUES ($1, $2)", [
        id,
        balanceNanoUsd,
      ]);
      return id;
    },
    async money(accountId: string): Promise<{ balance: bigint; held: bigint; leased: bigint }> {
      const { rows } = await pool.query(
        "SELECT balance, held, leased FROM hot.account_funds WHERE account_id = $1",
        [accountId],
      );
      return rows[0];
    },
    direct: async (): Promise<TestNode> => directNode(pool, newId()),
    leased: (options: LeasedOptions = {}) => leasedNode(pool, database, options),
    async stop(): Promise<void> {
      await pool.end();
      await database.stop();
    },
  };
}

export const callOf = (accountId: string, keyId = newId(), budget: Call["budget"] = null): Call => ({
  requestId: newId(),
  accountId,
  keyId,
  budget,
});

function directNode(pool: pg.Pool, nodeId: string): TestNode {
  const funds = directFunds(pool, nodeId);
  const flush = (call: Call, cost: bigint) =>
    inPoolTransaction(async (client) => {
      await client.query("SELECT 1 FROM hot.account_funds WHERE account_id = $1 FOR UPDATE", [
        call.accountId,
      ]);
      const { rows } = await client.query("DELETE FROM hot.hold WHERE request_id = $1 RETURNING amount", [
        call.requestId,
      ]);
      await client.query(
        "UPDATE hot.account_funds SET balance = balance - $2, held = held - $3 WHERE account_id = $1",
        [call.accountId, cost, rows[0].amount],
      );
      await client.query(
        "UPDATE hot.key_budget SET spent = spent + $2, held = held - $3 WHERE key_id = $1 AND $4",
        [call.keyId, cost, rows[0].amount, call.budget !== null],
      );
    }, pool);
  return { nodeId, funds, hold: holdWith(funds), flush, settle: settleWith(funds, flush), async stop() {} };
}

type LeasedOptions = {
  nodeId?: string;
  policy?: Partial<LeasePolicy>;
  unflushed?: Unflushed[];
};

/** A node whose leases stand in the database at this address. */
export async function leasedNode(
  pool: pg.Pool,
  database: Pick<TestDatabase, "url">,
  { nodeId = newId(), ...options }: LeasedOptions = {},
): Promise<LeasedNode> {
  let aheadMs = 0;
  const line: LeasedNode["line"] = { state: "up" };
  const funds = await leasedFunds({
    pool: onLine(pool, line),
    nodeId,
    directClient: () => createDirectClient(database.url),
    clock: { now: () => Date.now(), monotonicMs: () => performance.now() + aheadMs },
    ...options,
  });
  while (!funds.listening()) await new Promise((resolve) => setImmediate(resolve));
  const flush = (call: Call, cost: bigint) => flushLeased(pool, nodeId, funds, call, cost);
  return {
    nodeId,
    funds,
    line,
    hold: holdWith(funds),
    flush,
    settle: settleWith(funds, flush),
    advance(ms) {
      aheadMs += ms;
    },
    stop: funds.stop,
  };
}

/** The pool as a node sees it whose connection comes and goes. */
function onLine(pool: pg.Pool, line: LeasedNode["line"]): pg.Pool {
  const query = async (...values: [string]) => {
    if (line.state === "away") throw new Error("connect ECONNREFUSED");
    const result = await pool.query(...values);
    if (line.state === "lost") throw new Error("Connection terminated unexpectedly");
    return result;
  };
  return Object.assign(Object.create(pool), { query });
}

const holdWith = (funds: Funds) => async (call: Call, amountNanoUsd: bigint) =>
  funds.hold({ ...call, amountNanoUsd, log: () => ({}) });

const settleWith =
  (funds: Funds, flush: TestNode["flush"]): TestNode["settle"] =>
  async (call, cost) => {
    funds.settled(call.requestId, cost);
    await flush(call, cost);
  };

async function flushLeased(
  pool: pg.Pool,
  nodeId: string,
  funds: LeasedFunds,
  { accountId, keyId, budget }: Call,
  costNanoUsd: bigint,
): Promise<void> {
  const keys = budget === null ? [] : [{ keyId, periodStartMs: budget.periodStartMs, costNanoUsd }];
  const states = await inPoolTransaction(async (client) => {
    await client.query("UPDATE hot.account_funds SET balance = balance - $2 WHERE account_id = $1", [
      accountId,
      costNanoUsd,
    ]);
    await client.query("UPDATE hot.key_budget SET spent = spent + $2 WHERE key_id = $1 AND $3", [
      keyId,
      costNanoUsd,
      budget !== null,
    ]);
    return spendLeases(client, nodeId, { accounts: [{ accountId, costNanoUsd }], keys });
  }, pool);
  funds.flushed(states);
}
