import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { abandonNode, listLeases } from "./lease-store.ts";
import { gatherFunds } from "./store.ts";
import { type Call, callOf, type LeasedNode, startFundsTest } from "./testing.ts";

const TTL_MS = 30_000;
const IDLE_MS = 15_000;

let test: Awaited<ReturnType<typeof startFundsTest>>;
let nodes: LeasedNode[] = [];

beforeAll(async () => {
  setConfig(loadConfig({ LOG_LEVEL: "silent" }));
  test = await startFundsTest();
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
});
afterAll(() => test.stop());

async function start(options: Parameters<typeof test.leased>[0] = {}): Promise<LeasedNode> {
  const made = await test.leased(options);
  nodes.push(made);
  return made;
}
async function held(node: LeasedNode, call: Call, amount: bigint): Promise<Call> {
  expect(await node.hold(call, amount)).toBe("ok");
  return call;
}
/** As if the node had not been heard of for an hour. */
const silence = (node: LeasedNode) =>
  test.pool.query("UPDATE hot.lease_node SET seen_at = seen_at - interval '1 hour' WHERE node_id = $1", [
    node.nodeId,
  ]);
const leased = async (account: string) => (await test.money(account)).leased;

it("takes an eighth of what is available, at most $5, at least the hold", async () => {
  const node = await start();
  const [rich, poor] = [await test.account(1_000_000_000_000n), await test.account(8_000n)];
  await held(node, callOf(rich), 1_000n);
  expect(await leased(rich)).toBe(5_000_000_000n);
  await held(node, callOf(poor), 10n);
  expect(await leased(poor)).toBe(1_000n);
  await held(node, callOf(poor), 6_000n);
  expect(await leased(poor)).toBe(6_010n);
});

it("asks the database once for calls that come together", async () => {
  const node = await start();
  const account = await test.account(8_000n);
  await Promise.all(Array.from({ length: 100 }, () => held(node, callOf(account), 50n)));
  const { rows } = await test.pool.query("SELECT version FROM hot.lease WHERE account_id = $1", [account]);
  expect(rows[0].version).toBeLessThanOrEqual(2n);
});

it("recalls another node's idle money within 150 ms instead of refusing the call", async () => {
  const [a, b] = [await start(), await start()];
  const account = await test.account(8_000n);
  await a.settle(await held(a, callOf(account), 10n), 10n);
  expect(await leased(account)).toBe(990n);
  const started = performance.now();
  await held(b, callOf(account), 7_990n);
  expect(performance.now() - started).toBeLessThan(150);
});

it("recalls another node's idle budget", async () => {
  const [a, b] = [await start(), await start()];
  const account = await test.account(1_000_000n);
  const key = newId();
  const call = () => callOf(account, key, { limitNanoUsd: 8_000n, periodStartMs: 0 });
  await a.settle(await held(a, call(), 10n), 10n);
  await held(b, call(), 7_990n);
  expect(await b.hold(call(), 1n)).toBe("budget_exceeded");
});

it("does not recall what another node's open calls hold", async () => {
  const [a, b] = [await start(), await start()];
  const account = await test.account(8_000n);
  const open = await held(a, callOf(account), 1_000n);
  expect(await b.hold(callOf(account), 7_001n)).toBe("insufficient_balance");
  await held(b, callOf(account), 7_000n);
  await a.settle(open, 1_000n);
  expect((await test.money(account)).balance).toBe(7_000n);
});

it("lets every node give back what it has of an account that owes", async () => {
  const [a, b] = [await start(), await start()];
  const account = await test.account(1_000n);
  await b.settle(await held(b, callOf(account), 10n), 0n);
  const call = await held(a, callOf(account), 800n);
  expect(await leased(account)).toBe(925n);
  await a.settle(call, 980n);
  await expect.poll(() => leased(account)).toBe(0n);
  expect(await b.hold(callOf(account), 21n)).toBe("insufficient_balance");
  await held(b, callOf(account), 20n);
});

it("spends nothing after a pause longer than the time to live, if the node was abandoned meanwhile", async () => {
  const [paused, other] = [await start(), await start()];
  const account = await test.account(8_000n);
  const open = await held(paused, callOf(account), 100n);
  await silence(paused);
  expect(await abandonNode(test.pool, paused.nodeId)).toBe(1_000n);
  await held(other, callOf(account), 8_000n);
  paused.advance(TTL_MS);
  expect(await paused.hold(callOf(account), 1n)).toBe("insufficient_balance");
  // The call that was running all the while did cost something: that much is a debt, and no more.
  await paused.settle(open, 100n);
  expect(await test.money(account)).toEqual({ balance: 7_900n, held: 0n, leased: 8_000n });
});

it("goes on with its leases after a pause, if nobody touched them", async () => {
  const node = await start();
  const account = await test.account(8_000n);
  await held(node, callOf(account), 100n);
  node.advance(10 * TTL_MS);
  await held(node, callOf(account), 100n);
  expect(await leased(account)).toBe(1_000n);
});

it("keeps the lease of a node that is gone reserved until it starts again", async () => {
  const gone = await start();
  const account = await test.account(8_000n);
  await held(gone, callOf(account), 100n);
  const settled = await held(gone, callOf(account), 200n);
  await gone.funds.stop();
  nodes = [];
  const other = await start();
  await silence(gone);
  expect(await other.hold(callOf(account), 7_701n)).toBe("insufficient_balance");
  const unflushed = [{ accountId: account, key: null, costNanoUsd: 150n }];
  const again = await start({ nodeId: gone.nodeId, unflushed });
  expect(await other.hold(callOf(account), 7_851n)).toBe("insufficient_balance");
  await held(other, callOf(account), 7_850n);
  await again.flush(settled, 150n);
  expect(await test.money(account)).toEqual({ balance: 7_850n, held: 0n, leased: 7_850n });
});

it("abandons no node that was heard of lately, and says what each has leased", async () => {
  const node = await start();
  const account = await test.account(8_000n);
  await held(node, callOf(account), 100n);
  expect(await abandonNode(test.pool, node.nodeId)).toBeNull();
  const found = (await listLeases(test.pool, 100)).find((row) => row.accountId === account);
  expect(found).toMatchObject({ nodeId: node.nodeId, amountNanoUsd: 1_000n });
  expect(found?.nodeSeenAt).toBeInstanceOf(Date);
});

it("goes on within its leases while the database is away, answers overloaded beyond, and stops with the time to live", async () => {
  const node = await start();
  const account = await test.account(8_000n);
  const call = await held(node, callOf(account), 100n);
  node.line.state = "away";
  await held(node, callOf(account), 400n);
  expect(await node.hold(callOf(account), 501n)).toBe("overloaded");
  expect(await node.funds.extend(call.requestId, 501n, null)).toBe("overloaded");
  expect(await node.funds.extend(call.requestId, 100n, null)).toBe("ok");
  node.advance(TTL_MS);
  expect(await node.hold(callOf(account), 1n)).toBe("overloaded");
  node.line.state = "up";
  await held(node, callOf(account), 7_400n);
  expect(await node.hold(callOf(account), 1n)).toBe("insufficient_balance");
});

it("takes money once, however often the answers are lost", async () => {
  const node = await start();
  const account = await test.account(8_000n);
  await held(node, callOf(account), 100n);
  node.line.state = "lost";
  expect(await node.hold(callOf(account), 1_000n)).toBe("overloaded");
  expect(await leased(account)).toBe(1_875n);
  node.line.state = "up";
  await held(node, callOf(account), 7_900n);
  expect(await node.hold(callOf(account), 1n)).toBe("insufficient_balance");
});

it("gives money back once when the answer is lost, and does not forget what it still has", async () => {
  const [node, other] = [await start(), await start()];
  const account = await test.account(8_000n);
  await held(node, callOf(account), 100n);
  node.line.state = "lost";
  const all = await held(other, callOf(account), 7_900n);
  expect(await leased(account)).toBe(8_000n);
  node.line.state = "up";
  expect(await node.hold(callOf(account), 1n)).toBe("insufficient_balance");
  await other.settle(all, 7_000n);
  await other.stop();
  await held(node, callOf(account), 1n);
  await node.stop();
  expect(await test.money(account)).toEqual({ balance: 1_000n, held: 0n, leased: 101n });
});

it("gives back what was not used for a while, and everything when it stops", async () => {
  const node = await start();
  const [idle, busy] = [await test.account(8_000n), await test.account(8_000n)];
  await held(node, callOf(idle), 100n);
  node.advance(IDLE_MS);
  await held(node, callOf(busy), 100n);
  await node.funds.tick();
  expect([await leased(idle), await leased(busy)]).toEqual([100n, 1_000n]);
  await node.stop();
  expect([await leased(idle), await leased(busy)]).toEqual([100n, 100n]);
  expect(await node.hold(callOf(busy), 1n)).toBe("overloaded");
});

it("shares one balance and one budget with a node that holds in the database", async () => {
  const [node, direct] = [await start(), await test.direct()];
  const account = await test.account(8_000n);
  const key = newId();
  const call = () => callOf(account, key, { limitNanoUsd: 5_000n, periodStartMs: 0 });
  await held(node, call(), 1_000n);
  expect(await direct.hold(call(), 4_001n)).toBe("budget_exceeded");
  expect(await direct.hold(call(), 4_000n)).toBe("ok");
  expect(await node.hold(call(), 1n)).toBe("budget_exceeded");
  expect(await direct.hold(callOf(account), 3_001n)).toBe("insufficient_balance");
});

it("lets a node that holds in the database have the idle money and the idle budget of others", async () => {
  const [node, direct] = [await start(), await test.direct()];
  const account = await test.account(8_000n);
  const key = newId();
  const call = () => callOf(account, key, { limitNanoUsd: 4_000n, periodStartMs: 0 });
  await node.settle(await held(node, call(), 10n), 10n);
  expect(await leased(account)).toBe(990n);
  const open = call();
  expect(await direct.hold(open, 3_900n)).toBe("ok");
  await held(node, callOf(account), 1n);
  expect(await direct.funds.extend(open.requestId, 4_089n, null)).toBe("ok");
  expect(await direct.hold(callOf(account), 1n)).toBe("insufficient_balance");
  expect(await test.money(account)).toEqual({ balance: 7_990n, held: 7_989n, leased: 1n });
});

it("gathers what nodes do not use before money is taken out, and says when it is not there", async () => {
  const node = await start();
  const account = await test.account(8_000n);
  await held(node, callOf(account), 100n);
  expect(await leased(account)).toBe(1_000n);
  expect(await gatherFunds(account, 7_901n, test.pool, 100)).toBe(false);
  expect(await gatherFunds(account, 7_900n, test.pool)).toBe(true);
  expect(await gatherFunds(newId(), 0n, test.pool)).toBe(false);
});

it("tells what its running calls hold, and that it holds nothing once it has stopped or come back", async () => {
  const node = await start();
  const [one = "", two = ""] = [await test.account(8_000n), await test.account(8_000n)].sort();
  const told = async () => {
    const { rows } = await test.pool.query(
      "SELECT account_id, held FROM hot.node_hold WHERE node_id = $1 ORDER BY account_id",
      [node.nodeId],
    );
    return rows.map(({ account_id, held: amount }) => [account_id, amount]);
  };
  const publish = async () => {
    node.advance(1_000);
    await node.funds.tick();
  };
  const call = await held(node, callOf(one), 100n);
  await held(node, callOf(two), 30n);
  await held(node, callOf(one), 11n);
  await publish();
  expect(await told()).toEqual([
    [one, 111n],
    [two, 30n],
  ]);
  await node.settle(call, 100n);
  await publish();
  expect(await told()).toEqual([
    [one, 11n],
    [two, 30n],
  ]);
  const again = await start({ nodeId: node.nodeId });
  again.advance(1_000);
  await again.funds.tick();
  expect(await told()).toEqual([]);
  await held(again, callOf(two), 30n);
  again.advance(1_000);
  await again.funds.tick();
  expect(await told()).toEqual([[two, 30n]]);
  await again.stop();
  expect(await told()).toEqual([]);
});

it("answers overloaded while another process keeps the account locked, leaves nothing waiting in the database, and goes on", async () => {
  const node = await start();
  const account = await test.account(8_000n);
  const client = await test.pool.connect();
  await client.query("BEGIN");
  await client.query("SELECT 1 FROM hot.account_funds WHERE account_id = $1 FOR UPDATE", [account]);
  expect(await node.hold(callOf(account), 100n)).toBe("overloaded");
  const waiting = async () => {
    const { rows } = await client.query(
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rows[0].n;
  };
  expect(await waiting()).toBe(0n);
  await client.query("COMMIT");
  client.release();
  await held(node, callOf(account), 100n);
});
