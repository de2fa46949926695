import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis, seededRandom, startRedis, type TestRedis } from "#lib/limits/testing";
import { chat, HELLO } from "./support/chat.ts";
import { type Nodes, startNodes, untilKnown } from "./support/nodes.ts";

const LOAD = 2;
const MINUTES = 2;
/** The largest limit is 1,000 calls a second: more than that many at once means that the machine cannot follow. */
const MOST_AT_ONCE = 2_000;

/** An answered call: when it was sent and when its answer came, ms. */
type Called = { fromMs: number; toMs: number; status: number };

const kinds = [
  { name: "one node, counting by itself", count: 1, isShared: false, limits: [2, 10, 60, 1_000, 30_000] },
  // Three servers, Valkey, Postgres and the callers share a machine here: who waits too long for Valkey counts alone.
  { name: "three nodes with Valkey", count: 3, isShared: true, limits: [2, 10, 60, 1_000, 6_000] },
];

/** On the clock on the wall, so only in `npm run test:full`; engines.test.ts has the same on a clock of its own. */
describe.each(kinds)("in real time, $name", ({ count, isShared, limits }) => {
  let redis: TestRedis | undefined;
  let world: Nodes;
  beforeAll(async () => {
    redis = isShared && hasRedis ? await startRedis() : undefined;
    world = await startNodes(count, redis === undefined ? {} : { REDIS_URL: redis.url });
  }, 240_000);
  afterAll(async () => {
    await world?.stop();
    await redis?.stop();
  });

  it.skipIf(isShared && !hasRedis)(
    `never admit more than limits of ${limits.join(", ")} in any 60 s at twice the load, and 97 % of them`,
    { timeout: (MINUTES + 3) * 60_000 },
    async () => {
      const keys = await Promise.all(
        limits.map(async (value) => {
          const { key } = await world.operator.customer("1000", { limits: [{ metric: "rpm", value }] });
          return { value, secret: key.secret };
        }),
      );
      for (const { secret } of keys) await untilKnown(world, secret);
      const untilMs = performance.now() + MINUTES * 60_000;
      const runs = await Promise.all(
        keys.map(async ({ value, secret }) => ({ value, calls: await run(secret, value, untilMs) })),
      );
      const figures = runs.map(({ value, calls }) => figuresOf(value, calls));
      process.stdout.write(`${figures.map((figure) => JSON.stringify(figure)).join("\n")}\n`);
      for (const { limit, calls, most, admitted, best, others } of figures) {
        expect(others).toEqual([]);
        expect(calls).toBeGreaterThan(limit * MINUTES * LOAD * (limit >= 60 ? 0.85 : 0));
        expect(most).toBeLessThanOrEqual(limit);
        expect(admitted).toBeGreaterThanOrEqual(best * 0.97);
        if (limit >= 60) expect(admitted).toBeGreaterThanOrEqual(limit * MINUTES * 0.97);
      }
    },
  );

  /** Calls by chance (Poisson) at twice the limit, at every node in turn, until a moment. */
  async function run(secret: string, limit: number, untilMs: number): Promise<Called[]> {
    const random = seededRandom(limit);
    const gapMs = 60_000 / (limit * LOAD);
    const calls: Called[] = [];
    const running = new Set<Promise<void>>();
    let sent = 0;
    for (let next = performance.now(); next < untilMs; ) {
      for (const nowMs = performance.now(); next <= nowMs && running.size < MOST_AT_ONCE; ) {
        const made = call(world.urlOf(sent), secret).then((called) => {
          calls.push(called);
          running.delete(made);
        });
        running.add(made);
        sent += 1;
        next += -Math.log(1 - random()) * gapMs;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await Promise.all(running);
    return calls;
  }
});

async function call(url: string, secret: string): Promise<Called> {
  const fromMs = performance.now();
  const answer = await chat(url, secret, { model: "sim-chat", messages: HELLO, max_tokens: 1 });
  const toMs = performance.now();
  await answer.arrayBuffer();
  return { fromMs, toMs, status: answer.status };
}

/**
 * A call was admitted at some moment between its sending and its answer: those of which both lie in one window are
 * certainly in it. `best`: what could have been admitted of those that came.
 */
function figuresOf(limit: number, calls: readonly Called[]) {
  const admitted = calls.filter(({ status }) => status === 200).sort((one, other) => one.toMs - other.toMs);
  const starts = admitted.map(({ fromMs }) => fromMs).sort((one, other) => one - other);
  let [most, first] = [0, 0];
  for (const startMs of starts) {
    while ((admitted[first]?.toMs ?? startMs) < startMs) first += 1;
    let inside = 0;
    for (let index = first; index < admitted.length; index += 1) {
      const other = admitted[index];
      if (other === undefined || other.toMs >= startMs + 60_000) break;
      if (other.fromMs >= startMs) inside += 1;
    }
    most = Math.max(most, inside);
  }
  const best: number[] = [];
  for (const { fromMs } of [...calls].sort((one, other) => one.fromMs - other.fromMs)) {
    if ((best.at(-limit) ?? Number.NEGATIVE_INFINITY) <= fromMs - 60_000) best.push(fromMs);
  }
  const others = [...new Set(calls.map(({ status }) => status))].filter((one) => one !== 200 && one !== 429);
  return { limit, calls: calls.length, admitted: admitted.length, best: best.length, most, others };
}
