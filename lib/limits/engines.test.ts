import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "#lib/db/pool";
import { testDatabase } from "#lib/db/testing";
import { postgresLimiter } from "./counter-store.ts";
import type { Check, Decision, Level, SharedEngine, Ticket } from "./limiter.ts";
import { memoryLimiter } from "./memory-limiter.ts";
import type { Metric } from "./metrics.ts";
import {
  busiestMinute,
  checkOf as check,
  hasRedis,
  seededRandom,
  startRedis,
  untilAnswers,
} from "./testing.ts";
import { connectValkey } from "./valkey/live.ts";

/** What the engines have in common, their waiting hidden. */
type Tried = {
  take(checks: readonly Check[]): Decision | Promise<Decision>;
  cancel(ticket: Ticket): void | Promise<void>;
  correct(ticket: Ticket, metric: Metric, amount: number): void | Promise<void>;
  release(ticket: Ticket): void | Promise<void>;
  levels(checks: readonly Check[]): readonly Level[] | Promise<readonly Level[]>;
};
/** An engine with nothing in it and a clock that the test moves. `nodes`: the same counters as each node asks for them. */
type Engine = { limiter: Tried; nodes: Tried[]; clock: { nowMs: number } };
type Kind = {
  name: string;
  /** The largest limit that it is made for, and how many minutes of load it is tried with. */
  largest: number;
  minutes(limit: number): number;
  runs: number;
  isThere: boolean;
  start(): Promise<{ make(): Engine; stop(): Promise<void> }>;
};

const isFull = process.env.TEST_FULL === "1";

const kinds: Kind[] = [
  {
    name: "in this process",
    largest: 30_000,
    minutes: (limit) => (limit > 10_000 ? 3 : 8),
    runs: 100,
    isThere: true,
    start: async () => ({
      make() {
        const clock = { nowMs: 1_000_000 };
        const limiter = memoryLimiter(() => clock.nowMs);
        return { limiter, nodes: [limiter], clock };
      },
      stop: async () => undefined,
    }),
  },
  {
    name: "in Valkey, by three nodes",
    largest: 30_000,
    minutes: (limit) => (limit > 10_000 ? (isFull ? 4 : 2) : isFull ? 8 : 3),
    runs: 30,
    isThere: hasRedis,
    async start() {
      const redis = await startRedis();
      const clock = { nowMs: 1_000_000 };
      const nodes = [1, 2, 3].map((node) =>
        connectValkey(redis.url, `node-${node}`, () => clock.nowMs * 1000),
      );
      const engines = nodes.map(({ engine }) => engine);
      await Promise.all(engines.map(untilAnswers));
      return {
        make: () => engineOf(engines, clock),
        async stop() {
          for (const { close } of nodes) close();
          await redis.stop();
        },
      };
    },
  },
  {
    name: "in Postgres",
    largest: 60,
    minutes: () => (isFull ? 8 : 2.5),
    runs: 12,
    isThere: true,
    async start() {
      const database = await testDatabase();
      // One connection keeps what is asked in the order of the test's clock.
      const pool = createPool(database.url, 1);
      const clock = { nowMs: 1_000_000 };
      const engine = postgresLimiter(pool, () => clock.nowMs);
      return {
        make: () => engineOf([engine], clock),
        async stop() {
          await pool.end();
          await database.stop();
        },
      };
    },
  },
];

let made = 0;
/** Counters that no other test has, a day after whatever any other test did. */
function engineOf(engines: readonly SharedEngine[], clock: { nowMs: number }): Engine {
  made += 1;
  clock.nowMs += 86_400_000;
  const named = new Map<Check, Check>();
  const rename = (check: Check): Check => {
    const own = named.get(check) ?? { ...check, counter: `${check.counter}|${mine}` };
    named.set(check, own);
    return own;
  };
  const mine = made;
  const nodes = engines.map((engine) => ({
    ...engine,
    take: (checks: readonly Check[]) => engine.take(checks.map(rename)),
    levels: (checks: readonly Check[]) => engine.levels(checks.map(rename)),
  }));
  const [limiter] = nodes;
  if (limiter === undefined) throw new Error("no engine");
  return { clock, nodes, limiter };
}

/** Requests per minute and how many times as much comes. */
const matrix = [2, 10, 60, 1000, 30_000].flatMap((limit) =>
  [0.9, 1, 1.5, 2, 3].map((load) => [limit, load] as const),
);

describe.each(kinds)("limits, counted $name", ({ isThere, ...kind }) => {
  let running: Awaited<ReturnType<Kind["start"]>>;
  beforeAll(async () => {
    if (isThere) running = await kind.start();
  });
  afterAll(() => running?.stop());
  const make = () => running.make();
  const test = it.skipIf(!isThere);

  for (const [limit, load] of matrix) {
    if (limit > kind.largest) continue;
    // The largest takes long over a connection.
    const isLong = kind.name !== "in this process" && limit > 10_000 && load !== 2;
    if (isLong && !isFull) continue;
    const title = `never admit more than ${limit} in any 60 s at ${load} times the load, and use what there is`;
    test(title, { timeout: 400_000 }, async () => {
      const { nodes, clock } = make();
      const startMs = clock.nowMs;
      const random = seededRandom(limit + load * 10);
      const minutes = kind.minutes(limit);
      const gapMs = 60_000 / (limit * load);
      // Several nodes ask in no order: what they ask at once comes at one moment of the server's clock.
      const tickMs = nodes.length > 1 ? 100 : 0;
      const [arrivals, best]: [number[], number[]] = [[], []];
      for (let at = 0; at < minutes * 60_000; at += gapMs * 2 * random())
        arrivals.push(tickMs === 0 ? at : at - (at % tickMs));
      const admitted: number[] = [];
      for (let from = 0; from < arrivals.length; ) {
        const at = arrivals[from] ?? 0;
        let end = from + 1;
        while (arrivals[end] === at) end += 1;
        clock.nowMs = startMs + at;
        const asked = arrivals
          .slice(from, end)
          .map((_, index) => nodes[(from + index) % nodes.length]?.take([check("rpm", limit)]));
        const decisions = await Promise.all(asked);
        admitted.push(...decisions.flatMap((decision) => (decision?.taken ? at : [])));
        from = end;
      }
      for (const at of arrivals) if ((best.at(-limit) ?? -60_000) <= at - 60_000) best.push(at);
      expect(busiestMinute(admitted)).toBeLessThanOrEqual(limit);
      // Of what any limiter could have admitted; callers of 2 a minute may come too late for the moment that one is free.
      expect(admitted.length).toBeGreaterThanOrEqual(best.length * 0.97);
      if (load >= 2 && limit >= 60 && Number.isInteger(minutes))
        expect(admitted.length / minutes).toBeGreaterThanOrEqual(limit * 0.97);
    });
  }

  test("say when a refused call fits, and then it does, not a millisecond before", async () => {
    const { limiter, clock } = make();
    for (const at of [0, 100, 200]) {
      clock.nowMs = 1_000_000 + at;
      await limiter.take([check("rpm", 3)]);
    }
    const refused = await limiter.take([check("rpm", 3)]);
    expect(refused).toMatchObject({ taken: false, retryAfterMs: 59_800, level: { used: 3 } });
    clock.nowMs += 59_799;
    expect((await limiter.take([check("rpm", 3)])).taken).toBe(false);
    clock.nowMs += 1;
    expect((await limiter.take([check("rpm", 3)])).taken).toBe(true);
  });

  test("never ask to wait longer than 60 s", async () => {
    const { limiter, clock } = make();
    await limiter.take([check("tpm", 5000, 5000)]);
    clock.nowMs += 999;
    const refused = await limiter.take([check("tpm", 5000, 5000)]);
    expect(refused).toMatchObject({ taken: false, retryAfterMs: 59_001 });
  });

  test("never say more than 60 s by a rounding of the clock's fractions", async () => {
    const { limiter, clock } = make();
    for (let n = 0; n < 200; n += 1) {
      clock.nowMs = 60_001 * (n + 1) + n * 0.1234567;
      const taken = await limiter.take([check("rpm", 1)]);
      expect(taken.levels[0]?.resetMs).toBeLessThanOrEqual(60_000);
      expect(await limiter.take([check("rpm", 1)])).toMatchObject({ taken: false });
    }
  });

  test("refuse for good what is larger than the limit itself", async () => {
    const { limiter } = make();
    expect(await limiter.take([check("tpm", 100, 101)])).toMatchObject({ taken: false, retryAfterMs: null });
  });

  test("count a call with n images as n", async () => {
    const { limiter } = make();
    for (let n = 0; n < 4; n += 1) expect((await limiter.take([check("ipm", 20, 5)])).taken).toBe(true);
    expect((await limiter.take([check("ipm", 20, 1)])).taken).toBe(false);
  });

  test("take all or none: what one limit refuses uses up no other", async () => {
    const { limiter } = make();
    await limiter.take([check("ipm", 1)]);
    for (let n = 0; n < 5; n += 1) {
      const refused = await limiter.take([check("rpm", 3), check("ipm", 1), check("concurrency", 2)]);
      expect(refused).toMatchObject({ taken: false, level: { check: { metric: "ipm" } } });
    }
    const levels = await limiter.levels([check("rpm", 3), check("concurrency", 2)]);
    expect(levels.map((level) => level.used)).toEqual([0, 0]);
  });

  test("name the limit that stands longest in the way", async () => {
    const { limiter, clock } = make();
    await limiter.take([check("rpm", 1)]);
    clock.nowMs += 5_000;
    await limiter.take([check("ipm", 1)]);
    const refused = await limiter.take([check("rpm", 1), check("ipm", 1)]);
    expect(refused).toMatchObject({ level: { check: { metric: "ipm" } }, retryAfterMs: 60_000 });
  });

  test("free running calls when they end, and only once", async () => {
    const { limiter } = make();
    const first = ticketOf(await limiter.take([check("concurrency", 2)]));
    await limiter.take([check("concurrency", 2)]);
    expect(await limiter.take([check("concurrency", 2)])).toMatchObject({ taken: false, retryAfterMs: 1000 });
    await limiter.release(first);
    expect((await limiter.take([check("concurrency", 2)])).taken).toBe(true);
    expect((await limiter.take([check("concurrency", 2)])).taken).toBe(false);
  });

  test("are as if a cancelled call had never been", async () => {
    const { limiter } = make();
    const checks = [check("rpm", 1), check("tpm", 5000, 3000), check("concurrency", 1)];
    await limiter.cancel(ticketOf(await limiter.take(checks)));
    expect((await limiter.levels(checks)).map((level) => level.used)).toEqual([0, 0, 0]);
    expect((await limiter.take(checks)).taken).toBe(true);
  });

  test("correct tokens in the second they were taken in, and not at all once that has passed", async () => {
    const { limiter, clock } = make();
    const early = ticketOf(await limiter.take([check("tpm", 5000, 4000)]));
    clock.nowMs += 10_000;
    await limiter.correct(early, "tpm", 1000);
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(1000);
    clock.nowMs += 49_999;
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(1000);
    clock.nowMs += 1;
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(0);
    await limiter.take([check("tpm", 5000, 10)]);
    await limiter.correct(early, "tpm", 9000);
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(10);
  });

  test("admit tokens only while actual ones of ended calls and estimates of running ones fit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 80 }),
        fc.constantFrom(900, 20_000),
        async (steps, limit) => {
          const { limiter, clock } = make();
          const model: { at: number; amount: number }[] = [];
          const open: { ticket: Ticket; index: number }[] = [];
          for (const { waitMs, estimate, endWith } of steps) {
            clock.nowMs += waitMs;
            const used = model
              .filter(({ at }) => at > clock.nowMs - 60_000)
              .reduce((sum, { amount }) => sum + amount, 0);
            const decision = await limiter.take([check("tpm", limit, estimate)]);
            if (decision.taken) {
              expect(used + estimate).toBeLessThanOrEqual(limit);
              open.push({
                ticket: decision.ticket,
                index: model.push({ at: clock.nowMs, amount: estimate }) - 1,
              });
            }
            const ended = endWith === undefined ? undefined : open.shift();
            const entry = ended && model[ended.index];
            if (ended === undefined || entry === undefined || endWith === undefined) continue;
            await limiter.correct(ended.ticket, "tpm", endWith);
            entry.amount = endWith;
          }
        },
      ),
      { numRuns: kind.runs },
    );
  });

  test("mistake no old ticket for a new one", async () => {
    const { limiter, clock } = make();
    const old = ticketOf(await limiter.take([check("tpm", 900, 100)]));
    clock.nowMs += 60_000;
    if ("sweep" in limiter && typeof limiter.sweep === "function") limiter.sweep();
    await limiter.take([check("tpm", 900, 7)]);
    await limiter.correct(old, "tpm", 800);
    expect((await limiter.levels([check("tpm", 900)]))[0]?.used).toBe(7);
  });

  test("in shadow refuse nothing, and count what they would have admitted", async () => {
    const { limiter } = make();
    const shadow = check("rpm", 2, 1, { shadow: true, counter: "c|rpm|shadow" });
    const seen: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const decision = await limiter.take([check("rpm", 4), shadow]);
      seen.push(decision.taken ? decision.shadowed.length : -1);
    }
    expect(seen).toEqual([0, 0, 1, 1, -1]);
    expect((await limiter.levels([check("rpm", 4), shadow])).map(({ used }) => used)).toEqual([4, 2]);
  });

  test("say of what was admitted how much is used and when it is free again", async () => {
    const { limiter, clock } = make();
    await limiter.take([check("ipm", 20, 5)]);
    clock.nowMs += 15_000;
    const decision = await limiter.take([check("ipm", 20, 1)]);
    expect(decision.levels).toMatchObject([{ used: 6, resetMs: 60_000 }]);
  });

  test("free the places of a process that says nothing any more", async () => {
    const { limiter, clock } = make();
    const places = [check("concurrency", 1)];
    expect((await limiter.take(places)).taken).toBe(true);
    clock.nowMs += 29_999;
    expect((await limiter.take(places)).taken).toBe(false);
    clock.nowMs += 1;
    // A process's own counters end with the process itself.
    expect((await limiter.take(places)).taken).toBe(kind.name !== "in this process");
  });
});

const step = fc.record({
  waitMs: fc.integer({ min: 0, max: 20_000 }),
  estimate: fc.integer({ min: 1, max: 600 }),
  endWith: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
});

function ticketOf(decision: Decision): Ticket {
  if (!decision.taken) throw new Error("refused");
  return decision.ticket;
}
