import { describe, expect, it } from "vitest";
import {
  beginProbe,
  breakerRules,
  closedBreaker,
  fail,
  isDue,
  passage,
  pauseMs,
  succeed,
} from "./breaker.ts";
import { channelOf, healthAt, routeFor } from "./testing.ts";

const failure = { errorClass: "server_error", isFinal: false, retryAfterMs: 0, wasProbe: false };
const minute = 60_000;

describe("a breaker", () => {
  it("opens after five failures in a row, not after five among successes", () => {
    const breaker = closedBreaker(0);
    for (let i = 0; i < 12; i += 1) {
      fail(breaker, i, failure, 0);
      if (i % 4 === 3) succeed(breaker, i, false, false);
    }
    expect(breaker.state).toBe("closed");
    fail(breaker, 20, failure, 0);
    expect(breaker).toMatchObject({ state: "closed", failuresInRow: 1 });
    for (let i = 0; i < 4; i += 1) fail(breaker, 21, failure, 0);
    expect(breaker).toMatchObject({ state: "open", reason: "server_error" });
  });

  it("opens when half of the last minute's calls fail, and forgets what is older", () => {
    const breaker = closedBreaker(0);
    for (let i = 0; i < 9; i += 1) {
      fail(breaker, 1_000, failure, 0);
      succeed(breaker, 1_000, false, false);
    }
    expect(breaker.state).toBe("closed");
    const later = structuredClone(breaker);
    for (const [at, one] of [
      [2_000, breaker],
      [2 * minute, later],
    ] as const) {
      fail(one, at, failure, 0);
      succeed(one, at, false, false);
      fail(one, at, failure, 0);
    }
    expect(breaker).toMatchObject({ state: "open", reason: "error_ratio" });
    expect(later.state).toBe("closed");
  });

  it("opens on slow first tokens", () => {
    const breaker = closedBreaker(0);
    for (let i = 0; i < 10; i += 1) {
      succeed(breaker, 1_000, false, false);
      succeed(breaker, 1_000, true, false);
    }
    expect(breaker).toMatchObject({ state: "open", reason: "slow_first_token" });
  });

  it("lets one probe through at a time, closes when it goes well, waits longer when not", () => {
    const breaker = closedBreaker(0);
    fail(breaker, 0, { ...failure, isFinal: true }, 0.5);
    expect(passage(breaker, 899)).toBe("shut");
    expect(passage(breaker, 900)).toBe("probe");
    beginProbe(breaker, 900);
    expect(passage(breaker, 901)).toBe("shut");
    fail(breaker, 1_000, { ...failure, wasProbe: true }, 0.5);
    expect(breaker).toMatchObject({ state: "open", nextProbeAtMs: 1_000 + 1_800, trips: 2 });
    beginProbe(breaker, 2_800);
    // What was sent before it opened proves nothing.
    succeed(breaker, 2_850, false, false);
    expect(breaker.state).toBe("half_open");
    succeed(breaker, 2_900, false, true);
    expect(breaker).toMatchObject({ state: "closed", reason: null });
    // Fresh from the sick-bed: two failures are enough.
    fail(breaker, 3_000, failure, 0.5);
    fail(breaker, 3_001, failure, 0.5);
    expect(breaker).toMatchObject({ state: "open", trips: 3 });
  });

  it("that a probe met a rate limit for waits as long as upstream said, not a moment", () => {
    const { health, clock } = healthAt();
    const one = channelOf("one");
    const exhausted = { errorClass: "quota_exhausted", scope: "credential", effect: "open" } as const;
    health.finish(health.begin(one, "m", "one-1"), {
      kind: "fault",
      fault: { ...exhausted, retryAfterMs: 0 },
    });
    clock.nowMs += 1_000;
    const limited = { errorClass: "rate_limited", scope: "credential", effect: "cool" } as const;
    const probe = routeFor([one], health).next();
    expect(probe?.reason).toBe("probe");
    health.finish(health.begin(one, "m", "one-1"), {
      kind: "fault",
      fault: { ...limited, retryAfterMs: 20_000 },
    });
    const breaker = health.of(one).credentials.get("one-1")?.breaker;
    expect([breaker?.state, breaker?.nextProbeAtMs]).toEqual(["open", clock.nowMs + 20_000]);
    clock.nowMs += 19_999;
    expect(routeFor([one], health).next()).toBeUndefined();
    clock.nowMs += 1;
    expect(routeFor([one], health).next()?.reason).toBe("probe");
    // One that says "in a second" for ever is asked less and less.
    for (let probes = 0; probes < 9; probes += 1) {
      health.finish(health.begin(one, "m", "one-1"), {
        kind: "fault",
        fault: { ...limited, retryAfterMs: 1_000 },
      });
      clock.nowMs = breaker?.nextProbeAtMs ?? 0;
    }
    const before = clock.nowMs;
    health.finish(health.begin(one, "m", "one-1"), {
      kind: "fault",
      fault: { ...limited, retryAfterMs: 1_000 },
    });
    expect([breaker?.reason, (breaker?.nextProbeAtMs ?? 0) - before]).toEqual(["quota_exhausted", 216_000]);
  });

  it("gives a probe that never ends up for lost", () => {
    const breaker = closedBreaker(0);
    fail(breaker, 0, { ...failure, isFinal: true }, 0);
    beginProbe(breaker, 1_000);
    expect(passage(breaker, 1_000 + breakerRules.probeMs)).toBe("probe");
  });

  it("never pauses longer than it takes to be back within five minutes", () => {
    const longest = pauseMs(1_000, 0.999_999);
    expect(longest + breakerRules.probeMs).toBeLessThanOrEqual(5 * minute);
    expect(pauseMs(1_000, 0)).toBeLessThan(longest);
    const breaker = closedBreaker(0);
    fail(breaker, 0, { ...failure, isFinal: true, retryAfterMs: 3_600_000 }, 1);
    expect(breaker.nextProbeAtMs).toBe(breakerRules.maxPauseMs);
  });

  it("starts again with the first pause after two minutes of health", () => {
    const breaker = closedBreaker(0);
    for (const at of [0, 1_000]) {
      fail(breaker, at, { ...failure, isFinal: true }, 1);
      beginProbe(breaker, at + 500);
      succeed(breaker, at + 600, false, true);
    }
    expect(breaker.trips).toBe(2);
    fail(breaker, 4 * minute, { ...failure, isFinal: true }, 1);
    expect(breaker.trips).toBe(1);
  });
});

describe("a model that hung, and that no call of the gateway's own can try for nothing", () => {
  const hung = { errorClass: "headers_timeout", scope: "model", effect: "count", retryAfterMs: 0 } as const;
  const pictures = channelOf("pictures");
  function scene() {
    const { health, clock } = healthAt();
    const begin = () => health.begin(pictures, "m", "pictures-1");
    for (let n = 0; n < 5; n += 1) health.finish(begin(), { kind: "fault", fault: hung });
    clock.nowMs += 1_000;
    const breaker = health.of(pictures).models.get("m")?.breaker ?? closedBreaker(0);
    const asksCustomer = () => routeFor([pictures], health).next() !== undefined;
    return { health, clock, begin, breaker, asksCustomer };
  }

  it("holds up no customer until upstream answers, and then one", () => {
    const { health, clock, begin, breaker, asksCustomer } = scene();
    expect([asksCustomer(), isDue(breaker, clock.nowMs)]).toEqual([false, true]);
    health.finish(begin(), { kind: "answers" });
    expect([asksCustomer(), isDue(breaker, clock.nowMs)]).toEqual([true, false]);
    const probe = begin();
    // It may take as long as headers may: nobody else waits with it.
    clock.nowMs += breakerRules.patientProbeMs - 1;
    expect(asksCustomer()).toBe(false);
    health.finish(probe, { kind: "good", firstTokenMs: null, wholeMs: 1, slowAfterMs: 4_000 });
    expect([breaker.state, asksCustomer()]).toEqual(["closed", true]);
  });

  it("begins anew when that call hangs as well", () => {
    const { health, clock, begin, breaker, asksCustomer } = scene();
    health.finish(begin(), { kind: "answers" });
    health.finish(begin(), { kind: "fault", fault: hung });
    clock.nowMs = breaker.nextProbeAtMs;
    expect([asksCustomer(), isDue(breaker, clock.nowMs)]).toEqual([false, true]);
  });

  it("is asked again every four minutes whether it still answers, while nobody calls", () => {
    const { health, clock, begin, breaker } = scene();
    health.finish(begin(), { kind: "answers" });
    clock.nowMs += breakerRules.askAgainMs - 1;
    expect(isDue(breaker, clock.nowMs)).toBe(false);
    clock.nowMs += 1;
    expect(isDue(breaker, clock.nowMs)).toBe(true);
  });

  it("that broke again for another node is asked anew here", () => {
    const { health, clock, begin, breaker, asksCustomer } = scene();
    health.finish(begin(), { kind: "answers" });
    const { trips, changedAtMs } = breaker;
    const heard = { ...breaker, trips: trips + 1, changedAtMs: changedAtMs + 1, nextProbeAtMs: clock.nowMs };
    const { answersSinceMs: _, window: __, failuresInRow: ___, ...shared } = heard;
    health.hear(pictures, "model:m", shared);
    expect([asksCustomer(), isDue(breaker, clock.nowMs)]).toEqual([false, true]);
  });
});

describe("an outage of ten minutes", () => {
  /** Calls at a steady pace; those that go to a dead channel fail, and go on to the other if there is one. */
  function live(channelCount: 1 | 2, callEveryMs: number, stream: boolean) {
    const { health, clock } = healthAt(0, Math.random);
    const dead = channelOf("dead", { priority: 1 });
    const channels = channelCount === 1 ? [dead] : [dead, channelOf("other")];
    const fault = {
      errorClass: "connect_refused",
      scope: "channel",
      effect: "count",
      retryAfterMs: 0,
    } as const;
    const good = { kind: "good", firstTokenMs: 100, wholeMs: null, slowAfterMs: 4_000 } as const;
    const recoversAtMs = 10 * minute;
    let attempts = 0;
    let served = 0;
    let backAtMs = Number.POSITIVE_INFINITY;
    while (clock.nowMs < recoversAtMs + 5 * minute) {
      const isDead = clock.nowMs < recoversAtMs;
      const route = routeFor(channels, health, { stream, random: Math.random });
      for (let choice = route.next(); choice !== undefined; choice = route.next()) {
        const lease = health.begin(choice.channel, "m", choice.credential.id);
        if (choice.channel === dead && isDead) {
          attempts += 1;
          health.finish(lease, { kind: "fault", fault });
          route.exclude(choice.channel);
          continue;
        }
        health.finish(lease, good);
        if (isDead) served += 1;
        if (choice.channel === dead) backAtMs = Math.min(backAtMs, clock.nowMs);
        break;
      }
      clock.nowMs += callEveryMs;
    }
    return { attempts, served, backAfterMs: backAtMs - recoversAtMs };
  }

  it.each([1, 2] as const)("costs a thousand calls fewer than 20 attempts, with %i channels", (channels) => {
    const { attempts, served, backAfterMs } = live(channels, 600, true);
    expect(attempts).toBeLessThan(20);
    expect(served).toBe(channels === 2 ? 1_000 : 0);
    expect(backAfterMs).toBeLessThanOrEqual(5 * minute);
  });
});

describe("what nodes tell each other", () => {
  it("makes the other one shut the same door, and open it again", () => {
    const [here, there] = [healthAt(), healthAt()];
    const channel = channelOf("c");
    const fault = { errorClass: "forbidden", scope: "model", effect: "open", retryAfterMs: 0 } as const;
    here.health.finish(here.health.begin(channel, "m", "c-1"), { kind: "fault", fault });
    for (const { subject, breaker } of here.told.splice(0)) there.health.hear(channel, subject, breaker);
    expect(routeFor([channel], there.health).next()).toBeUndefined();
    here.clock.nowMs += 1_000;
    here.health.finish(here.health.begin(channel, "m", "c-1"), {
      kind: "good",
      firstTokenMs: null,
      wholeMs: 1,
      slowAfterMs: 4_000,
    });
    for (const { subject, breaker } of here.told.splice(0)) there.health.hear(channel, subject, breaker);
    expect(routeFor([channel], there.health).next()).toMatchObject({ reason: "only" });
  });

  it("is forgotten when the operator changes the address or the credential", () => {
    const { health, told } = healthAt();
    const channel = channelOf("c");
    const fault = { errorClass: "forbidden", scope: "model", effect: "open", retryAfterMs: 0 } as const;
    health.finish(health.begin(channel, "m", "c-1"), { kind: "fault", fault });
    const heavier = { ...channel, weight: 7 };
    expect(routeFor([heavier], health).next()).toBeUndefined();
    const repaired = { ...heavier, credentials: [{ id: "c-2", secret: "new" }] };
    expect(routeFor([repaired], health).next()).toMatchObject({ reason: "only" });
    expect(told.at(-1)).toMatchObject({ subject: "model:m", breaker: { state: "closed" } });
  });
});
