import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "#lib/db/pool";
import { testDatabase } from "#lib/db/testing";
import { postgresLimiter } from "./counter-store.ts";
import type { Check, Limiter, SharedEngine, Ticket } from "./limiter.ts";
import { memoryLimiter } from "./memory-limiter.ts";
import { nodeLimiter } from "./node-limiter.ts";
import { checkOf, hasRedis, startRedis, type TestRedis, untilAnswers } from "./testing.ts";
import { connectValkey, type ValkeyConnection } from "./valkey/live.ts";

/** An engine that must not be asked. */
const nobody = new Proxy({}, { get: () => () => Promise.reject(new Error("asked")) }) as SharedEngine;

const admittedOf = async (limiters: readonly Limiter[], check: Check, calls: number) => {
  const decisions = await Promise.all(
    Array.from({ length: calls }, (_, index) => limiters[index % limiters.length]?.take([check])),
  );
  return decisions.filter((decision) => decision?.taken).length;
};

it("counts alone at once, and asks nobody", () => {
  const limiter = nodeLimiter({
    own: memoryLimiter(() => 0),
    monotonicMs: () => 0,
    nodes: () => 1,
    shared: () => undefined,
    together: nobody,
    failed: () => undefined,
    patienceMs: 100,
  });
  expect(limiter.take([checkOf("rpm", 1)])).toMatchObject({ taken: true });
  expect(limiter.take([checkOf("rpm", 1)])).toMatchObject({ taken: false });
  expect(limiter.state()).toEqual({ by: "node", away: false, nodes: 1 });
});

describe("three nodes without Valkey", () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let pools: ReturnType<typeof createPool>[];
  beforeAll(async () => {
    database = await testDatabase();
    pools = [1, 2, 3].map(() => createPool(database.url, 4));
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.stop();
  });
  const nodes = () =>
    pools.map((pool) =>
      nodeLimiter({
        own: memoryLimiter(() => performance.now()),
        monotonicMs: () => performance.now(),
        nodes: () => 3,
        shared: () => undefined,
        together: postgresLimiter(pool),
        failed: () => undefined,
        patienceMs: 10_000,
      }),
    );

  it("never admit more together than a small limit, and all of it, however the calls are spread", async () => {
    const small = checkOf("rpm", 59, 1, { counter: "small" });
    expect(await admittedOf(nodes(), small, 150)).toBe(59);
    const lopsided = checkOf("rpm", 20, 1, { counter: "lopsided" });
    const [first] = nodes();
    if (first === undefined) throw new Error("no node");
    expect(await admittedOf([first], lopsided, 40)).toBe(20);
  });

  it("divide a large limit among them, and tell the caller of the limit itself", async () => {
    const large = checkOf("rpm", 100, 1, { counter: "large" });
    const three = nodes();
    expect(await admittedOf(three, large, 300)).toBe(99);
    const refused = await three[0]?.take([large]);
    expect(refused).toMatchObject({ taken: false, level: { check: { limit: 100 }, used: 100 } });
  });

  it("free running calls for each other", async () => {
    const one = checkOf("concurrency", 1, 1, { counter: "one" });
    const [first, second] = nodes();
    const taken = await first?.take([one]);
    expect(taken).toMatchObject({ taken: true });
    expect(await second?.take([one])).toMatchObject({ taken: false });
    first?.release(taken?.taken ? taken.ticket : []);
    await expect.poll(async () => (await second?.take([one]))?.taken).toBe(true);
  });

  it("take of both kinds all or none", async () => {
    const [first] = nodes();
    const checks = [checkOf("rpm", 300, 1, { counter: "both" }), checkOf("ipm", 1, 1, { counter: "few" })];
    expect(await first?.take(checks)).toMatchObject({ taken: true });
    expect(await first?.take(checks)).toMatchObject({ taken: false, level: { check: { metric: "ipm" } } });
    expect(
      (await first?.levels(checks))?.map(({ check, used }) => [
        check.metric,
        used - (check.limit === 300 ? 200 : 0),
      ]),
    ).toEqual([
      ["rpm", 1],
      ["ipm", 1],
    ]);
  });
});

describe.skipIf(!hasRedis)("nodes with Valkey", () => {
  let redis: TestRedis;
  let connections: ValkeyConnection[];
  let failures: number;
  beforeAll(async () => {
    redis = await startRedis();
    connections = [1, 2, 3].map((number) => connectValkey(redis.url, `node-${number}`));
    for (const { engine } of connections) await untilAnswers(engine);
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await redis.stop();
  });
  const nodeOf = ({ engine }: ValkeyConnection, patienceMs = 10_000) =>
    nodeLimiter({
      own: memoryLimiter(() => performance.now()),
      monotonicMs: () => performance.now(),
      nodes: () => 3,
      shared: () => engine,
      together: nobody,
      failed: () => {
        failures += 1;
      },
      patienceMs,
    });

  it("never admit more than a limit together, and all of it, at the same moment", async () => {
    failures = 0;
    for (const limit of [2, 10, 60, 1000, 3000]) {
      const check = checkOf("rpm", limit, 1, { counter: `together-${limit}` });
      expect(
        await admittedOf(
          connections.map((connection) => nodeOf(connection)),
          check,
          Math.ceil(limit * 1.5),
        ),
      ).toBe(limit);
    }
    expect(failures).toBe(0);
  });

  it("keep the places of calls that run, though the server forgets them", async () => {
    const check = checkOf("concurrency", 1, 1, { counter: "running" });
    const [first, second] = connections.map((connection) => nodeOf(connection));
    const taken = await first?.take([check]);
    await redis.kill();
    await redis.restart();
    for (const { engine } of connections) await untilAnswers(engine);
    await connections[0]?.engine.renew();
    expect(await second?.take([check])).toMatchObject({ taken: false });
    first?.release(taken?.taken ? taken.ticket : []);
    await expect.poll(async () => (await second?.take([check]))?.taken).toBe(true);
  });

  it("take a pause of their own for no silence of the server", async () => {
    failures = 0;
    const node = nodeOf(connections[0] as ValkeyConnection, 50);
    const asked = node.take([checkOf("rpm", 10, 1, { counter: "paused" })]);
    const until = performance.now() + 200;
    while (performance.now() < until);
    expect(await asked).toMatchObject({ taken: true });
    expect([failures, node.state().away]).toEqual([0, false]);
  });

  it.each(["kill", "freeze"] as const)(
    "go by their own counts when it is gone (%s), lose no call, and remember them when it is back",
    async (way) => {
      const check = checkOf("rpm", 10, 1, { counter: `away-${way}` });
      const [connection] = connections;
      if (connection === undefined) throw new Error("no connection");
      const node = nodeOf(connection, 300);
      expect(await admittedOf([node], check, 4)).toBe(4);
      await redis[way]();
      const startedAt = performance.now();
      // What this node has admitted before counts on.
      expect(await admittedOf([node], check, 20)).toBe(6);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
      expect(node.state()).toEqual({ by: "valkey", away: true, nodes: 3 });
      if (way === "kill") await redis.restart();
      else redis.thaw();
      await untilAnswers(connection.engine);
      node.returned(connection.engine);
      expect(node.state().away).toBe(false);
      expect(await admittedOf([node], check, 5)).toBe(0);
    },
  );

  it("give back to the server what a call did not need, and what it held", async () => {
    const [first, second] = connections.map((connection) => nodeOf(connection));
    const check = checkOf("tpm", 5000, 4000, { counter: "corrected" });
    const taken = await first?.take([check]);
    const ticket: Ticket = taken?.taken ? taken.ticket : [];
    first?.correct(ticket, "tpm", 1000);
    await expect.poll(async () => (await second?.levels([check]))?.[0]?.used).toBe(1000);
    first?.cancel(ticket);
  });
});
