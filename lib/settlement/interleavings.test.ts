import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isAppError } from "#lib/core/errors";
import { systemClock } from "#lib/core/time";
import { closePrisma, connectDatabase } from "#lib/db/client";
import { createDirectClient, pool, queryRows } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { inTransaction } from "#lib/db/transaction";
import type { Funds } from "#lib/funds/funds";
import { type LeasedFunds, leasedFunds } from "#lib/funds/live";
import { directFunds, gatherFunds } from "#lib/funds/store";
import { proveLedger } from "#lib/ledger/proof-store";
import { postTransaction } from "#lib/ledger/store";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { openSpool, type Spool } from "#lib/spool/store";
import { someSettlement, spoolFolder } from "#lib/spool/testing";
import { deadCosts } from "./dead-store.ts";
import { settleOpenAdmissions } from "./interrupted.ts";
import { createSettlementWriter, createSpooledWriter, type SettlementWriter } from "./live.ts";

const RUNS = process.env.TEST_FULL === "1" ? 300 : 12;
const LIMIT = 4_000n;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  setConfig(loadConfig({ LOG_LEVEL: "silent", DATABASE_URL: database.url }));
  await connectDatabase(database.url);
});
afterAll(async () => {
  await closePrisma();
  await pool().end();
  await database.stop();
});

type Open = { requestId: string; held: bigint; hasBudget: boolean; end(costNanoUsd: bigint): Promise<void> };
type Node = {
  funds: Funds;
  writer: SettlementWriter;
  open: Open[];
  stop(): Promise<void>;
  crash(): Promise<void>;
};

/** One account and one key with a budget, two nodes with leases, one that holds in the database, all of it real. */
class World {
  readonly account = newId();
  readonly key = newId();
  nodes: Node[] = [];
  /** By how much calls cost more than they had held. */
  excess = 0n;
  /** What was paid in, less what was taken out. */
  funded = 0n;
  costs = new Map<string, bigint>();
  under: Promise<unknown>[] = [];
  private readonly folders = [spoolFolder(), spoolFolder()];
  private readonly ids = [newId(), newId(), newId()];

  async start(): Promise<void> {
    await queryRows("INSERT INTO hot.account_funds (account_id) VALUES ($1)", [this.account]);
    this.nodes = [await this.leased(0), await this.leased(1), this.direct()];
  }

  do(work: Promise<unknown>): void {
    this.under.push(work);
  }

  async join(): Promise<void> {
    await Promise.all(this.under.splice(0));
    const { differences } = await proveLedger();
    expect(differences).toEqual([]);
    expect(await this.available()).toBeGreaterThanOrEqual(-this.excess);
  }

  async hold(node: number, amountNanoUsd: bigint, hasBudget: boolean): Promise<void> {
    const at = this.node(node);
    const requestId = newId();
    const budget = hasBudget ? { limitNanoUsd: LIMIT, periodStartMs: 0 } : null;
    const call = {
      requestId,
      accountId: this.account,
      keyId: this.key,
      amountNanoUsd,
      budget,
      log: () => ({}),
    };
    if ((await at.funds.hold(call)) !== "ok") return;
    at.open.push({
      ...{ requestId, held: amountNanoUsd, hasBudget },
      end: async (costNanoUsd) => {
        at.funds.settled(requestId, costNanoUsd);
        const settlement = someSettlement({
          ...{ requestId, accountId: this.account, keyId: this.key, costNanoUsd },
        });
        await at.writer.settle({ ...settlement, periodStartMs: hasBudget ? 0 : null });
      },
    });
  }

  async extend(node: number, at: number, byNanoUsd: bigint): Promise<void> {
    const { funds, open } = this.node(node);
    const call = open[at % Math.max(1, open.length)];
    if (call === undefined) return;
    const answer = await funds.extend(call.requestId, byNanoUsd, call.hasBudget ? LIMIT : null);
    if (answer === "ok") call.held += byNanoUsd;
  }

  /** Ends a call at what it cost; an abort before the first byte costs nothing. */
  async settle(node: number, at: number, costNanoUsd: bigint): Promise<void> {
    const { open } = this.node(node);
    const [call] = open.splice(at % Math.max(1, open.length), 1);
    if (call === undefined) return;
    if (costNanoUsd > call.held) this.excess += costNanoUsd - call.held;
    this.costs.set(call.requestId, costNanoUsd);
    await call.end(costNanoUsd);
  }

  /** In, or out as far as it is there. */
  async post(amountNanoUsd: bigint): Promise<void> {
    if (amountNanoUsd === 0n) return;
    if (amountNanoUsd < 0n) await gatherFunds(this.account, -amountNanoUsd, pool(), 20);
    const entries = [
      { ledgerAccount: "customer", amountNanoUsd },
      { ledgerAccount: "adjustment", amountNanoUsd: -amountNanoUsd },
    ] as const;
    const posting = { id: newId(), kind: "adjustment", accountId: this.account, entries } as const;
    try {
      await inTransaction((tx) =>
        postTransaction(tx, { ...posting, reference: "", note: "", actor: "system" }),
      );
      this.funded += amountNanoUsd;
    } catch (error) {
      if (!isAppError(error) || error.code !== "insufficient_balance") throw error;
    }
  }

  /** The process is gone: what it held in memory with it. The next one finds its spool. */
  async crash(node: number): Promise<void> {
    if (node === 2) return;
    await Promise.all(this.under.splice(0));
    await this.node(node).crash();
    this.nodes[node] = await this.leased(node);
  }

  async available(): Promise<bigint> {
    const [row] = await queryRows<{ available: bigint }>(
      "SELECT balance - held - leased AS available FROM hot.account_funds WHERE account_id = $1",
      [this.account],
    );
    return row?.available ?? 0n;
  }

  /** Everything ends; then the books say what happened, each call once. */
  async end(): Promise<void> {
    await this.join();
    for (const [index, { open }] of this.nodes.entries()) {
      while (open.length > 0) await this.settle(index, 0, 0n);
    }
    await Promise.all(this.nodes.map((node) => node.stop()));
    for (const folder of this.folders) folder.remove();
    const [funds] = await queryRows(
      `SELECT balance, held, leased, (SELECT count(*) FROM hot.node_hold WHERE account_id = $1) AS told,
         (SELECT coalesce(sum(amount), 0)::bigint FROM hot.ledger_entry WHERE account_id = $1) AS entries,
         (SELECT coalesce(sum(held + leased), 0)::bigint FROM hot.key_budget WHERE key_id = $2) AS of_budget
       FROM hot.account_funds WHERE account_id = $1`,
      [this.account, this.key],
    );
    const spent = [...this.costs.values()].reduce((sum, cost) => sum + cost, 0n);
    const balance = this.funded - spent;
    expect(funds).toEqual({ balance, held: 0n, leased: 0n, told: 0n, entries: balance, of_budget: 0n });
    const rows = await queryRows<{ id: string; cost: bigint }>(
      "SELECT request_id AS id, cost FROM hot.request_log WHERE account_id = $1 AND error_code IS NULL",
      [this.account],
    );
    expect(new Map(rows.map(({ id, cost }) => [id, cost]))).toEqual(this.costs);
    expect(rows.length).toBe(this.costs.size);
    expect((await proveLedger()).differences).toEqual([]);
  }

  private node(index: number): Node {
    const node = this.nodes[index];
    if (node === undefined) throw new Error("no such node");
    return node;
  }

  private direct(): Node {
    const writer = createSettlementWriter({ pool: pool(), newId: () => newId() });
    const funds = directFunds(pool(), this.ids[2] ?? "");
    return { funds, writer, open: [], stop: () => writer.drain(), crash: async () => {} };
  }

  /** As lib/gateway/engine starts it. */
  private async leased(index: number): Promise<Node> {
    const nodeId = this.ids[index] ?? "";
    const line = { isUp: true };
    const spool = openSpool({ path: this.folders[index]?.path ?? "", maxBytes: 1 << 28 });
    const late: { funds?: LeasedFunds } = {};
    const writer = createSpooledWriter({
      ...{ spool, pool: pool(), nodeId, newId: () => newId(), random: Math.random, capacityBytes: 1 << 28 },
      onFlushed: (states) => late.funds?.flushed(states),
    });
    await settleOpenAdmissions(nodeId, spool, writer);
    await writer.replayed();
    const unflushed = await deadCosts(nodeId, pool());
    const funds = await leasedFunds({
      ...{ pool: onLine(pool(), line), nodeId, unflushed, clock: systemClock },
      directClient: () => createDirectClient(database.url),
      policy: { tickMs: 20, idleMs: 20, publishMs: 20, recallWaitMs: 30 },
    });
    late.funds = funds;
    const hold: Funds["hold"] = (request) => holdAndJournal(funds, spool, request);
    return {
      funds: { ...funds, hold },
      writer,
      open: [],
      async stop() {
        await writer.drain();
        await funds.stop();
        spool.close();
      },
      async crash() {
        line.isUp = false;
        await writer.drain(0);
        await funds.stop();
        spool.close();
      },
    };
  }
}

async function holdAndJournal(funds: Funds, spool: Spool, request: Parameters<Funds["hold"]>[0]) {
  const answer = await funds.hold(request);
  if (answer !== "ok") return answer;
  const { requestId, amountNanoUsd: holdNanoUsd, accountId } = request;
  spool.journal({
    requestId,
    holdNanoUsd,
    periodStartMs: null,
    log: () => ({ createdAtMs: Date.now(), accountId }),
  });
  return answer;
}

/** The pool of a process that can die: nothing it says afterwards arrives. */
function onLine(whole: pg.Pool, line: { isUp: boolean }): pg.Pool {
  const query = async (...values: [string]) => {
    if (!line.isUp) throw new Error("connect ECONNREFUSED");
    return whole.query(...values);
  };
  return Object.assign(Object.create(whole), { query });
}

const node = fc.nat(2);
const at = fc.nat(20);
const amount = fc.bigInt(0n, 900n);
const step = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(fc.constant("hold" as const), node, amount, fc.boolean()) },
  { weight: 8, arbitrary: fc.tuple(fc.constant("settle" as const), node, at, amount) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("settle" as const), node, at, fc.constant(0n)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("extend" as const), node, at, amount) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("recharge" as const), amount) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("refund" as const), amount) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("join" as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("crash" as const), node) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(world: World, next: Step): Promise<void> {
  if (next[0] === "hold") world.do(world.hold(next[1], next[2], next[3]));
  else if (next[0] === "settle") world.do(world.settle(next[1], next[2], next[3]));
  else if (next[0] === "extend") world.do(world.extend(next[1], next[2], next[3]));
  else if (next[0] === "recharge") world.do(world.post(next[1]));
  else if (next[0] === "refund") world.do(world.post(-next[1]));
  else if (next[0] === "crash") await world.crash(next[1]);
  else await world.join();
}

it(
  "any interleaving of calls, extensions, aborts, recharges, refunds, recalls and crashes on three nodes keeps the books exact and nothing overdrawn",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt(0n, 6_000n),
        fc.array(step, { minLength: 10, maxLength: 60, size: "max" }),
        async (balance, steps) => {
          const world = new World();
          await world.start();
          await world.post(balance);
          for (const each of steps) await take(world, each);
          await world.end();
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
  },
  RUNS * 10_000,
);
