import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "#lib/runtime/id";
import type { FundsAnswer } from "./funds.ts";
import { type Call, callOf, startFundsTest, type TestNode } from "./testing.ts";

let test: Awaited<ReturnType<typeof startFundsTest>>;
let nodes: TestNode[] = [];

beforeAll(async () => {
  test = await startFundsTest();
});
afterAll(() => test.stop());

const engines: Record<"direct" | "leased", () => Promise<TestNode>> = {
  direct: () => test.direct(),
  leased: () => test.leased(),
};

/** How many calls got which answer. */
async function answers(asked: Promise<FundsAnswer>[]): Promise<Partial<Record<FundsAnswer, number>>> {
  const counted: Partial<Record<FundsAnswer, number>> = {};
  for (const answer of await Promise.all(asked)) counted[answer] = (counted[answer] ?? 0) + 1;
  return counted;
}

describe.each(["direct", "leased"] as const)("the %s engine", (engine) => {
  let node: TestNode;

  async function start(): Promise<TestNode> {
    const made = await engines[engine]();
    nodes.push(made);
    return made;
  }
  beforeEach(async () => {
    node = await start();
  });
  afterEach(async () => {
    await Promise.all(nodes.map((each) => each.stop()));
    nodes = [];
  });
  const held = async (call: Call, amount: bigint): Promise<Call> => {
    expect(await node.hold(call, amount)).toBe("ok");
    return call;
  };

  it("admits one of 1,000 parallel calls on a balance that pays for one", async () => {
    const account = await test.account(1_999n);
    const calls = Array.from({ length: 1_000 }, () => node.hold(callOf(account), 1_000n));
    expect(await answers(calls)).toEqual({ ok: 1, insufficient_balance: 999 });
  });

  it("lets an account with a credit line go below 0 by that and no more, on two nodes", async () => {
    const account = await test.account(1_000n);
    await test.pool.query("UPDATE hot.account_funds SET credit_line = 2000 WHERE account_id = $1", [account]);
    const other = await start();
    const calls = Array.from({ length: 100 }, (_, i) =>
      (i % 2 === 0 ? node : other).hold(callOf(account), 100n),
    );
    expect(await answers(calls)).toEqual({ ok: 30, insufficient_balance: 70 });
  });

  it("admits one of 1,000 parallel calls on two nodes on a balance that pays for one", async () => {
    const account = await test.account(1_999n);
    const other = await start();
    const calls = Array.from({ length: 1_000 }, (_, i) =>
      (i % 2 === 0 ? node : other).hold(callOf(account), 1_000n),
    );
    expect(await answers(calls)).toEqual({ ok: 1, insufficient_balance: 999 });
  });

  it("admits as many of 1,000 parallel calls on two nodes as the balance pays for", async () => {
    const account = await test.account(500_000n);
    const other = await start();
    const calls = Array.from({ length: 1_000 }, (_, i) =>
      (i % 2 === 0 ? node : other).hold(callOf(account), 1_000n),
    );
    expect(await answers(calls)).toEqual({ ok: 500, insufficient_balance: 500 });
  });

  it("keeps parallel calls of one key on two nodes within its budget, and the refused ones cost nothing", async () => {
    const account = await test.account(1_000_000n);
    const other = await start();
    const budget = { limitNanoUsd: 10_000n, periodStartMs: 0 };
    const key = newId();
    const calls = Array.from({ length: 200 }, (_, i) =>
      (i % 2 === 0 ? node : other).hold(callOf(account, key, budget), 1_000n),
    );
    expect(await answers(calls)).toEqual({ ok: 10, budget_exceeded: 190 });
    expect(await node.hold(callOf(account), 990_000n)).toBe("ok");
    expect(await node.hold(callOf(account), 1n)).toBe("insufficient_balance");
  });

  it("counts each period of a budget by itself", async () => {
    const account = await test.account(1_000_000n);
    const key = newId();
    const day = (periodStartMs: number) => callOf(account, key, { limitNanoUsd: 1_000n, periodStartMs });
    const yesterday = await held(day(0), 1_000n);
    expect(await node.hold(day(0), 1n)).toBe("budget_exceeded");
    await held(day(86_400_000), 1_000n);
    await node.settle(yesterday, 400n);
    await held(day(0), 600n);
    expect(await node.hold(day(0), 1n)).toBe("budget_exceeded");
  });

  it("obeys a budget that was lowered, at once", async () => {
    const account = await test.account(1_000_000n);
    const key = newId();
    const within = (limitNanoUsd: bigint) => callOf(account, key, { limitNanoUsd, periodStartMs: 0 });
    await held(within(100_000n), 1_000n);
    expect(await node.hold(within(1_500n), 501n)).toBe("budget_exceeded");
    await held(within(1_500n), 500n);
    await held(within(100_000n), 50_000n);
  });

  it("makes what a call did not use available again", async () => {
    const account = await test.account(1_000n);
    const call = await held(callOf(account), 1_000n);
    expect(await node.hold(callOf(account), 1n)).toBe("insufficient_balance");
    await node.settle(call, 300n);
    expect(await node.hold(callOf(account), 701n)).toBe("insufficient_balance");
    await held(callOf(account), 700n);
    expect((await test.money(account)).balance).toBe(700n);
  });

  it("extends a hold under the same conditions, until the call is settled", async () => {
    const account = await test.account(10_000n);
    const budget = { limitNanoUsd: 5_000n, periodStartMs: 0 };
    const call = await held(callOf(account, newId(), budget), 1_000n);
    expect(await node.funds.extend(call.requestId, 3_000n, 5_000n)).toBe("ok");
    expect(await node.funds.extend(call.requestId, 1_001n, 5_000n)).toBe("budget_exceeded");
    const plain = await held(callOf(account), 1_000n);
    expect(await node.funds.extend(plain.requestId, 5_001n, null)).toBe("insufficient_balance");
    expect(await node.funds.extend(plain.requestId, 5_000n, null)).toBe("ok");
    await node.settle(call, 4_000n);
    await node.settle(plain, 6_000n);
    expect(await node.funds.extend(plain.requestId, 1n, null)).toBe("gone");
    expect((await test.money(account)).balance).toBe(0n);
  });

  it("lets a debt block the next call, also one that costs nothing, until it is paid", async () => {
    const account = await test.account(1_000n);
    await node.settle(await held(callOf(account), 1_000n), 1_300n);
    expect((await test.money(account)).balance).toBe(-300n);
    expect(await node.hold(callOf(account), 1n)).toBe("insufficient_balance");
    expect(await node.hold(callOf(account), 0n)).toBe("insufficient_balance");
    await test.pool.query("UPDATE hot.account_funds SET balance = balance + 1000 WHERE account_id = $1", [
      account,
    ]);
    expect(await node.hold(callOf(account), 701n)).toBe("insufficient_balance");
    await held(callOf(account), 700n);
  });

  it("holds what was spent beyond a hold against the next call, before the cost is written", async () => {
    const account = await test.account(2_000n);
    const call = await held(callOf(account), 1_000n);
    if (engine === "leased") node.funds.settled(call.requestId, 1_300n);
    else await node.settle(call, 1_300n);
    expect(await node.hold(callOf(account), 701n)).toBe("insufficient_balance");
    await held(callOf(account), 700n);
  });

  it("admits a call that costs nothing on an empty balance, and nothing for an account without money row", async () => {
    const account = await test.account(0n);
    await held(callOf(account), 0n);
    expect(await node.hold(callOf(account), 1n)).toBe("insufficient_balance");
    expect(await node.hold(callOf(newId()), 0n)).toBe("insufficient_balance");
  });
});
