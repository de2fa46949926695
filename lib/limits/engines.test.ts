import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Check, Decision, Limiter, Ticket } from "./limiter.ts";
import { memoryLimiter } from "./memory-limiter.ts";
import type { Metric } from "./metrics.ts";

/** An engine with a clock that the test moves. */
type Engine = { limiter: Limiter; clock: { nowMs: number } };

const engines: [name: string, make: () => Engine][] = [
  [
    "in this process",
    () => {
      const clock = { nowMs: 1_000_000 };
      return { limiter: memoryLimiter(() => clock.nowMs), clock };
    },
  ],
];

const check = (metric: Metric, limit: number, amount = 1, counter = `c|${metric}`): Check => ({
  counter,
  metric,
  scope: "default",
  model: "m",
  limit,
  amount,
});

describe.each(engines)("limits, counted %s", (_, make) => {
  it.each([
    [2, 0.9],
    [2, 3],
    [10, 1],
    [10, 2],
    [60, 2],
    [1000, 2],
    [30_000, 2],
    [30_000, 3],
  ])(
    "never admit more than %d in any 60 s at %d times the load, and use what there is",
    async (limit, load) => {
      const { limiter, clock } = make();
      const random = mulberry32(limit + load * 10);
      const [admitted, best]: [number[], number[]] = [[], []];
      const gapMs = 60_000 / (limit * load);
      const minutes = limit > 10_000 ? 3 : 8;
      for (let at = 0; at < minutes * 60_000; at += gapMs * 2 * random()) {
        clock.nowMs = 1_000_000 + at;
        if ((await limiter.take([check("rpm", limit)])).taken) admitted.push(at);
        if ((best.at(-limit) ?? -60_000) <= at - 60_000) best.push(at);
      }
      expect(busiestMinute(admitted)).toBeLessThanOrEqual(limit);
      // Of what any limiter could have admitted; callers of 2 a minute may come too late for the moment that one is free.
      expect(admitted.length).toBeGreaterThanOrEqual(best.length * 0.97);
      if (load >= 2 && limit >= 60) expect(admitted.length / minutes).toBeGreaterThanOrEqual(limit * 0.97);
    },
  );

  it("say when a refused call fits, and then it does, not a millisecond before", async () => {
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

  it("never ask to wait longer than 60 s", async () => {
    const { limiter, clock } = make();
    await limiter.take([check("tpm", 5000, 5000)]);
    clock.nowMs += 999;
    const refused = await limiter.take([check("tpm", 5000, 5000)]);
    expect(refused).toMatchObject({ taken: false, retryAfterMs: 59_001 });
  });

  it("never say more than 60 s by a rounding of the clock's fractions", async () => {
    const { limiter, clock } = make();
    for (let n = 0; n < 200; n += 1) {
      clock.nowMs = 60_001 * (n + 1) + n * 0.1234567;
      const taken = await limiter.take([check("rpm", 1)]);
      expect(taken.levels[0]?.resetMs).toBeLessThanOrEqual(60_000);
      expect(await limiter.take([check("rpm", 1)])).toMatchObject({ taken: false });
    }
  });

  it("refuse for good what is larger than the limit itself", async () => {
    const { limiter } = make();
    expect(await limiter.take([check("tpm", 100, 101)])).toMatchObject({ taken: false, retryAfterMs: null });
  });

  it("count a call with n images as n", async () => {
    const { limiter } = make();
    for (let n = 0; n < 4; n += 1) expect((await limiter.take([check("ipm", 20, 5)])).taken).toBe(true);
    expect((await limiter.take([check("ipm", 20, 1)])).taken).toBe(false);
  });

  it("take all or none: what one limit refuses uses up no other", async () => {
    const { limiter } = make();
    await limiter.take([check("ipm", 1)]);
    for (let n = 0; n < 5; n += 1) {
      const refused = await limiter.take([check("rpm", 3), check("ipm", 1), check("concurrency", 2)]);
      expect(refused).toMatchObject({ taken: false, level: { check: { metric: "ipm" } } });
    }
    const levels = await limiter.levels([check("rpm", 3), check("concurrency", 2)]);
    expect(levels.map((level) => level.used)).toEqual([0, 0]);
  });

  it("name the limit that stands longest in the way", async () => {
    const { limiter, clock } = make();
    await limiter.take([check("rpm", 1)]);
    clock.nowMs += 5_000;
    await limiter.take([check("ipm", 1)]);
    const refused = await limiter.take([check("rpm", 1), check("ipm", 1)]);
    expect(refused).toMatchObject({ level: { check: { metric: "ipm" } }, retryAfterMs: 60_000 });
  });

  it("free running calls when they end, and only once", async () => {
    const { limiter } = make();
    const first = ticketOf(await limiter.take([check("concurrency", 2)]));
    await limiter.take([check("concurrency", 2)]);
    expect(await limiter.take([check("concurrency", 2)])).toMatchObject({ taken: false, retryAfterMs: 1000 });
    limiter.release(first);
    expect((await limiter.take([check("concurrency", 2)])).taken).toBe(true);
    expect((await limiter.take([check("concurrency", 2)])).taken).toBe(false);
  });

  it("are as if a cancelled call had never been", async () => {
    const { limiter } = make();
    const checks = [check("rpm", 1), check("tpm", 5000, 3000), check("concurrency", 1)];
    limiter.cancel(ticketOf(await limiter.take(checks)));
    expect((await limiter.levels(checks)).map((level) => level.used)).toEqual([0, 0, 0]);
    expect((await limiter.take(checks)).taken).toBe(true);
  });

  it("correct tokens in the second they were taken in, and not at all once that has passed", async () => {
    const { limiter, clock } = make();
    const early = ticketOf(await limiter.take([check("tpm", 5000, 4000)]));
    clock.nowMs += 10_000;
    limiter.correct(early, "tpm", 1000);
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(1000);
    clock.nowMs += 49_999;
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(1000);
    clock.nowMs += 1;
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(0);
    await limiter.take([check("tpm", 5000, 10)]);
    limiter.correct(early, "tpm", 9000);
    expect((await limiter.levels([check("tpm", 5000)]))[0]?.used).toBe(10);
  });

  it("admit tokens only while actual ones of ended calls and estimates of running ones fit", async () => {
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
            limiter.correct(ended.ticket, "tpm", endWith);
            entry.amount = endWith;
          }
        },
      ),
    );
  });

  it("forget counters that nothing is in, and mistake no old ticket for a new one", async () => {
    const { limiter, clock } = make();
    const old = ticketOf(await limiter.take([check("tpm", 900, 100)]));
    clock.nowMs += 60_000;
    if ("sweep" in limiter) (limiter as ReturnType<typeof memoryLimiter>).sweep();
    if ("size" in limiter) expect((limiter as ReturnType<typeof memoryLimiter>).size()).toBe(0);
    await limiter.take([check("tpm", 900, 7)]);
    limiter.correct(old, "tpm", 800);
    expect((await limiter.levels([check("tpm", 900)]))[0]?.used).toBe(7);
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

/** The most moments that lie in any window of 60 s. */
function busiestMinute(sorted: readonly number[]): number {
  let [from, most] = [0, 0];
  for (let to = 0; to < sorted.length; to += 1) {
    while ((sorted[from] ?? 0) <= (sorted[to] ?? 0) - 60_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
