import { expect, it } from "vitest";
import { memoryLimiter } from "#lib/limits/memory-limiter";
import { limitTable } from "#lib/limits/resolve";
import type { Provider } from "#lib/providers/provider";
import { channelOf, healthAt, routeFor } from "#lib/routing/testing";
import type { ChannelEntry } from "#lib/snapshot/entries";
import { emptySnapshot } from "#lib/snapshot/snapshot";
import { isRefusal } from "./errors.ts";
import { chat } from "./protocols/chat.ts";
import { relay } from "./relay.ts";
import { Watches } from "./watch.ts";

const forbidden = { errorClass: "forbidden", scope: "model", effect: "open", retryAfterMs: 0 } as const;
const COMPLETION = Buffer.from(
  JSON.stringify({
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
);

/** One channel whose own limit is counted by an engine elsewhere: it answers when `answerLimits` is called, not before. */
function scene(values: Partial<ChannelEntry> = {}, perMinute = 10) {
  const { health, clock, told } = healthAt();
  const channel = channelOf("c", values);
  const counted = memoryLimiter(() => clock.nowMs);
  const snapshot = emptySnapshot();
  const limit = (value: number) => {
    snapshot.limitTable = limitTable([{ scope: "channel", scopeId: "c", model: null, metric: "rpm", value }]);
  };
  limit(perMinute);
  const upstream = { calls: 0, isAway: false };
  const provider: Provider = {
    async send() {
      upstream.calls += 1;
      return {
        status: 200,
        contentType: "application/json",
        retryAfter: undefined,
        body: (async function* () {
          yield COMPLETION;
        })(),
      };
    },
  };
  let waiting: (() => void)[] = [];
  const deps = {
    snapshot,
    health,
    limiter: {
      ...counted,
      take: async (checks: Parameters<typeof counted.take>[0]) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        if (upstream.isAway) throw new Error("the engine is gone");
        return counted.take(checks);
      },
    },
    clock: { now: () => clock.nowMs, monotonicMs: () => clock.nowMs },
    now: () => clock.nowMs,
    random: () => 0,
    providers: { "openai-compatible": provider },
    watches: new Watches(() => clock.nowMs, new AbortController().signal),
    countTokens: async () => 1,
  };
  const read = chat.read(Buffer.from('{"model":"m","messages":[{"role":"user","content":"hi"}]}'));
  if (isRefusal(read)) throw new Error(read.message);
  return {
    health,
    clock,
    told,
    limit,
    upstream,
    state: () => health.of(channel),
    breaker: () => health.of(channel).models.get("m")?.breaker,
    /** Its model breaks, and a probe is due. */
    fallDue() {
      health.finish(health.begin(channel, "m", "c-1"), { kind: "fault", fault: forbidden });
      clock.nowMs += 1_000;
    },
    /** The status that a call ends with, and the upstream calls that it took. */
    async ask(): Promise<[status: number, attempts: number]> {
      const ended = await relay(
        {
          call: read,
          model: undefined,
          bounds: { promptTokens: 1, outputTokens: 1 },
          startedMs: clock.nowMs,
          signal: new AbortController().signal,
          headers: new Headers(),
          place: [],
        },
        routeFor([channel], health),
        deps,
      );
      return ["answer" in ended ? 200 : ended.refusal.status, ended.attempts.length];
    },
    answerLimits() {
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}

it("one of two calls probes a channel that is out, though both wait for the channel's limit to be counted", async () => {
  const { ask, fallDue, answerLimits, upstream, breaker } = scene();
  fallDue();
  const both = Promise.all([ask(), ask()]);
  answerLimits();
  expect(await both).toEqual([
    [200, 1],
    [502, 0],
  ]);
  expect([upstream.calls, breaker()?.state]).toEqual([1, "closed"]);
});

it("a probe that the channel's limit has no room for is given back, and the next call takes it", async () => {
  const { ask, fallDue, answerLimits, limit, upstream, breaker, told, state } = scene({}, 1);
  const first = ask();
  answerLimits();
  expect(await first).toEqual([200, 1]);
  fallDue();
  const before = [structuredClone(breaker()), told.length];
  const refused = ask();
  expect([breaker()?.state, state().inFlight]).toEqual(["half_open", 1]);
  answerLimits();
  expect(await refused).toEqual([503, 0]);
  // Nobody has heard of it, here or on another node.
  expect([breaker(), told.length]).toEqual(before);
  expect([state().inFlight, state().models.get("m")?.attempts]).toEqual([0, 2]);
  limit(2);
  const next = ask();
  answerLimits();
  expect(await next).toEqual([200, 1]);
  expect([upstream.calls, breaker()?.state]).toEqual([2, "closed"]);
});

it("what another node has found out meanwhile stays found out", async () => {
  const { ask, fallDue, answerLimits, health, limit, breaker, clock, state } = scene();
  fallDue();
  limit(0);
  const refused = ask();
  const heard = {
    state: "open",
    reason: "forbidden",
    lastErrorClass: "forbidden",
    sinceMs: clock.nowMs,
    changedAtMs: clock.nowMs,
    nextProbeAtMs: clock.nowMs + 4_000,
    trips: 3,
  } as const;
  health.hear(state().entry, "model:m", heard);
  answerLimits();
  expect(await refused).toEqual([502, 0]);
  expect(breaker()).toMatchObject(heard);
});

it("an engine that breaks down leaves nothing taken", async () => {
  const { ask, fallDue, answerLimits, upstream, state } = scene({ caps: { concurrency: 1, rpm: 2 } });
  fallDue();
  upstream.isAway = true;
  const broken = ask();
  answerLimits();
  await expect(broken).rejects.toThrow("gone");
  expect(state().inFlight).toBe(0);
  upstream.isAway = false;
  const next = ask();
  answerLimits();
  expect(await next).toEqual([200, 1]);
});

it("caps are taken with the choice: of two calls that wait, one starts where one may run", async () => {
  for (const caps of [{ concurrency: 1 }, { rpm: 1 }]) {
    const { ask, answerLimits, upstream } = scene({ caps });
    const both = Promise.all([ask(), ask()]);
    answerLimits();
    expect(await both).toEqual([
      [200, 1],
      [503, 0],
    ]);
    expect(upstream.calls).toBe(1);
  }
});

it("a start that the channel's limit refused does not count against its rate", async () => {
  const { ask, answerLimits, limit } = scene({ caps: { rpm: 1 } }, 0);
  const refused = ask();
  answerLimits();
  expect(await refused).toEqual([503, 0]);
  limit(1);
  const next = ask();
  answerLimits();
  expect(await next).toEqual([200, 1]);
});
