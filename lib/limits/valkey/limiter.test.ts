import { Redis } from "iovalkey";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Check, SharedEngine, Ticket } from "../limiter.ts";
import { checkOf, hasRedis, startRedis, untilAnswers } from "../testing.ts";
import { connectValkey } from "./live.ts";

/** What only the counters in Valkey have: calls that stand in counters of several holders, and keys that go by themselves. */
const test = it.skipIf(!hasRedis);
const clock = { nowMs: 1_000_000 };
let server: Awaited<ReturnType<typeof startRedis>>;
let nodes: { engine: SharedEngine; close(): void }[] = [];
let redis: Redis;

beforeAll(async () => {
  if (!hasRedis) return;
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});
beforeEach(async () => {
  if (!hasRedis) return;
  await redis.flushall();
  nodes = ["one", "two"].map((id) => connectValkey(server.url, id, () => clock.nowMs * 1000));
  await Promise.all(nodes.map((node) => untilAnswers(node.engine)));
});
afterEach(() => {
  for (const { close } of nodes) close();
});

const running = (counter: string, limit: number, more: Partial<Check> = {}) =>
  checkOf("concurrency", limit, 1, { counter, ...more });
/** The key's counter is named first, the account's around it. */
const places = [
  running("k1|m|concurrency", 2),
  running("a1|m|concurrency", 2),
  running("k1|*|concurrency", 5),
];
const used = async (checks = places) => (await engine(1).levels(checks)).map((level) => level.used);

function engine(node: 0 | 1): SharedEngine {
  const found = nodes[node];
  if (found === undefined) throw new Error("no node");
  return found.engine;
}

async function taken(checks: readonly Check[], node: 0 | 1 = 0): Promise<Ticket> {
  const decision = await engine(node).take(checks);
  if (!decision.taken) throw new Error("refused");
  return decision.ticket;
}

test("a call leaves every counter that it stands in when it ends, and no other call's place", async () => {
  const first = await taken(places);
  await taken(places, 1);
  expect(await used()).toEqual([2, 2, 2]);
  expect((await engine(0).take(places)).taken).toBe(false);
  await engine(0).release(first);
  await engine(0).release(first);
  expect(await used()).toEqual([1, 1, 1]);
});

test("a shadow without room is not stood in, so that its end frees nothing of it", async () => {
  const shadow = running("a1|m|concurrency|shadow", 1, { shadow: true });
  await taken([running("k1|m|concurrency", 9), shadow]);
  const second = await taken([running("k1|m|concurrency", 9), shadow]);
  await engine(0).release(second);
  expect(await used([running("k1|m|concurrency", 9), shadow])).toEqual([1, 1]);
});

test("a call that runs for minutes keeps its place while its node says so, and no longer", async () => {
  const long = await taken(places);
  for (let renewed = 0; renewed < 30; renewed += 1) {
    clock.nowMs += 10_000;
    await engine(0).renew();
  }
  expect(await used()).toEqual([1, 1, 1]);
  clock.nowMs += 30_000;
  expect(await used()).toEqual([0, 0, 0]);
  await engine(0).release(long);
  expect(await used()).toEqual([0, 0, 0]);
});

test("a place that lapsed while its node was away is taken again when the node is back, once", async () => {
  const away = await taken(places);
  clock.nowMs += 40_000;
  const other = await taken(places, 1);
  await engine(0).renew();
  await engine(0).renew();
  expect(await used()).toEqual([2, 2, 2]);
  await engine(1).release(other);
  await engine(0).release(away);
  expect(await used()).toEqual([0, 0, 0]);
});

test("what ends in one turn is free for what is asked after it, without waiting in between", async () => {
  const first = await taken([...places, checkOf("tpm", 900, 900, { counter: "a1|m|tpm" })]);
  await taken(places, 1);
  const told = [engine(0).correct(first, "tpm", 10), engine(0).release(first)];
  const next = engine(0).take([...places, checkOf("tpm", 900, 890, { counter: "a1|m|tpm" })]);
  expect((await next).taken).toBe(true);
  await Promise.all(told);
});

test("every key goes by itself a minute after its last call, whatever was counted in it", async () => {
  const exact = checkOf("rpm", 100, 1, { counter: "a1|m|rpm" });
  const coarse = checkOf("tpm", 100_000, 7, { counter: "k1|*|tpm" });
  const tickets: Ticket[] = [];
  for (const waitMs of [0, 1, 0, 999, 1, 20_000, 1]) {
    clock.nowMs += waitMs;
    tickets.push(await taken([exact, coarse, running("a1|*|concurrency", 50)]));
  }
  clock.nowMs += 41_500;
  tickets.push(await taken([exact, coarse]));
  await Promise.all(tickets.map((ticket) => engine(0).correct(ticket, "tpm", 3)));
  const keys = await redis.keys("*");
  expect(keys.length).toBeGreaterThanOrEqual(4);
  const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
  for (const life of lives) {
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(62_000);
  }
});
