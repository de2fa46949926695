import { afterEach, describe, expect, it } from "vitest";
import { metricsResponse } from "./prometheus.ts";
import { type Life, LONGEST_PAUSE_MS, partReports, pauseAfter, supervise, type World } from "./supervise.ts";

/** A clock that moves only when a part waits for it, or is told to. */
function fakeWorld() {
  const said: string[] = [];
  const pauses: number[] = [];
  const world: World & { nowMs: number } = {
    nowMs: Date.parse("2026-11-22T00:00:00Z"),
    now: () => world.nowMs,
    async wait(ms) {
      pauses.push(ms);
      world.nowMs += ms;
    },
    random: () => 1,
    say: (level, _, message) => void said.push(`${level}: ${message}`),
  };
  return { world, said, pauses };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A part that does what `lives` says, one life after the other; the last one runs until it is stopped. */
function start(lives: ((life: Life) => Promise<void> | void)[], options = {}, clock = fakeWorld()) {
  const { world, said, pauses } = clock;
  let turn = 0;
  const settled = Promise.withResolvers<void>();
  const supervised = supervise(
    {
      name: "test",
      async run(life) {
        const next = lives[turn];
        turn += 1;
        if (next !== undefined) return next(life);
        life.up();
        settled.resolve();
        await new Promise<void>((resolve) => life.signal.addEventListener("abort", () => resolve()));
      },
      ...options,
    },
    world,
  );
  stops.push(supervised.stop);
  return { supervised, world, said, pauses, settled: settled.promise };
}

const fail = (message: string) => () => Promise.reject(new Error(message));

describe("a supervised part", () => {
  it("is started again after it threw, and after it ended by itself", async () => {
    const { supervised, settled, said } = start([fail("lost the connection"), () => undefined]);
    await settled;
    expect(supervised.report()).toMatchObject({
      state: "running",
      restarts: 1,
      lastError: "it ended by itself",
      nextTryAt: null,
    });
    expect(said).toEqual([
      "error: a part of this node failed and is started again",
      "info: a part of this node works again",
    ]);
  });

  it("is tried again after growing pauses, never later than five minutes, however long it stays down", async () => {
    const { pauses, settled } = start(
      Array.from({ length: 40 }, () => fail("down")),
      {
        firstPauseMs: 1_000,
        maxPauseMs: 3_600_000,
      },
    );
    await settled;
    expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...pauses)).toBe(LONGEST_PAUSE_MS);
    expect(pauses).toHaveLength(40);
  });

  it("begins with short pauses again once it has worked for a while, and only then", async () => {
    const clock = fakeWorld();
    const works = (ms: number) => (life: Life) => {
      life.up();
      clock.world.nowMs += ms;
      throw new Error("down");
    };
    const lives = [fail("down"), fail("down"), works(9_999), works(10_000)];
    const { pauses, settled } = start(lives, { firstPauseMs: 100 }, clock);
    await settled;
    expect(pauses).toEqual([100, 200, 400, 100]);
  });

  it("ends when it is told to, also in the middle of a pause, and is forgotten", async () => {
    const never = supervise({ name: "stuck", run: fail("down"), firstPauseMs: 60_000 });
    await expect.poll(() => never.report().state).toBe("waiting");
    expect(partReports().map((part) => part.name)).toContain("stuck");
    await never.stop();
    expect(never.report().state).toBe("stopped");
    expect(partReports().map((part) => part.name)).not.toContain("stuck");
  });

  it("tells of its last error without secrets", async () => {
    const { supervised, settled } = start([fail("no answer from postgres://app:hunter2hunter2@10.0.0.1/x")]);
    await settled;
    expect(supervised.report().lastError).toBe("no answer from postgres://app:[redacted]@10.0.0.1/x");
  });
});

it("spreads nodes: half of a pause is by chance", () => {
  expect(pauseAfter(3, 100, 1_000, 0)).toBe(200);
  expect(pauseAfter(3, 100, 1_000, 1)).toBe(400);
  expect(pauseAfter(99, 100, 1_000, 1)).toBe(1_000);
});

it("is a figure in /metrics", async () => {
  const life = Promise.withResolvers<void>();
  const part = supervise({
    name: "measured",
    async run({ signal, up }) {
      up();
      life.resolve();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  });
  await life.promise;
  const text = await (await metricsResponse("127.0.0.1", new Headers())).text();
  expect(text).toContain('tollgate_part_up{part="measured"} 1');
  expect(text).toContain('tollgate_part_restarts{part="measured"} 0');
  await part.stop();
});
