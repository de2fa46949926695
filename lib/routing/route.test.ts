import { describe, expect, it } from "vitest";
import { channelOf, healthAt, orderOf, routeFor } from "./testing.ts";

const fault = { errorClass: "server_error", scope: "model", effect: "count", retryAfterMs: 0 } as const;

describe("the order in which channels are tried", () => {
  it("takes the whole highest tier before the next, each channel once", () => {
    const { health } = healthAt();
    const channels = [channelOf("low"), channelOf("b", { priority: 5 }), channelOf("a", { priority: 5 })];
    expect(orderOf(channels, health)).toEqual(["b", "a", "low"]);
    expect(orderOf(channels, health, { random: () => 0.99 })).toEqual(["a", "b", "low"]);
  });

  it("draws by weight within a tier, and weight 0 only where nothing heavier is left", () => {
    const { health } = healthAt();
    const channels = [channelOf("rare"), channelOf("often", { weight: 9 }), channelOf("zero", { weight: 0 })];
    let often = 0;
    for (let i = 0; i < 1000; i += 1) {
      if (orderOf(channels, health, { random: () => i / 1000 })[0] === "often") often += 1;
    }
    expect(often).toBe(900);
    expect(orderOf(channels, health).at(-1)).toBe("zero");
  });

  it("leaves out disabled and draining channels, and those of other groups and accounts", () => {
    const { health } = healthAt();
    const channels = [
      channelOf("off", { status: "disabled" }),
      channelOf("emptying", { status: "draining" }),
      channelOf("others", { groups: new Set(["enterprise"]) }),
      channelOf("hers", { accounts: new Set(["b"]) }),
      channelOf("ours", { groups: new Set(["default"]), accounts: new Set(["a"]) }),
    ];
    expect(orderOf(channels, health)).toEqual(["ours"]);
    expect(orderOf(channels, health, { accountId: "b" })).toEqual(["hers"]);
    expect(orderOf(channels, health, { groupId: "training", accountId: "c" })).toEqual([]);
    expect(routeFor(channels, health, { accountId: "c" }).dead().why).toBe("unserved");
  });

  it("says of each choice why it was made, and what was passed over for it", () => {
    const { health } = healthAt();
    const channels = [
      channelOf("full", { priority: 2, caps: { concurrency: 1 } }),
      channelOf("broken", { priority: 2 }),
      channelOf("good", { priority: 1 }),
    ];
    health.begin(channels[0] as never, "m", "full-1");
    for (let i = 0; i < 5; i += 1) {
      health.finish(health.begin(channels[1] as never, "m", "broken-1"), { kind: "fault", fault });
    }
    expect(routeFor(channels, health).next()).toMatchObject({
      channel: { id: "good" },
      reason: "only",
      isLast: true,
      passedOver: [
        { channelId: "full", why: "full" },
        { channelId: "broken", why: "server_error" },
      ],
    });
  });
});

describe("several credentials", () => {
  const channels = [
    channelOf("two", {
      priority: 1,
      credentials: [
        { id: "k0", secret: "s0" },
        { id: "k1", secret: "s1" },
      ],
    }),
    channelOf("other"),
  ];
  const [two] = channels;

  it("asks the other credential of a channel before another channel", () => {
    const { health } = healthAt();
    const route = routeFor(channels, health);
    const first = route.next();
    expect(first).toMatchObject({ credential: { id: "k0" }, credentialIndex: 0 });
    if (first) route.excludeCredential(first.channel, first.credential);
    const second = route.next();
    expect(second).toMatchObject({ credential: { id: "k1" }, reason: "other_credential" });
    if (second) route.excludeCredential(second.channel, second.credential);
    expect(route.next()).toMatchObject({ channel: { id: "other" } });
  });

  it("takes one that is out out, leaves the others in, and probes it back", () => {
    const { health, clock, told } = healthAt();
    const bad = {
      errorClass: "bad_credential",
      scope: "credential",
      effect: "open",
      retryAfterMs: 0,
    } as const;
    if (two === undefined) throw new Error("no channel");
    health.finish(health.begin(two, "m", "k0"), { kind: "fault", fault: bad });
    expect(told.map(({ subject, breaker }) => [subject, breaker.state])).toEqual([["credential:k0", "open"]]);
    for (const chance of [0, 0.99]) {
      expect(routeFor(channels, health, { random: () => chance }).next()?.credential.id).toBe("k1");
    }
    health.finish(health.begin(two, "m", "k1"), { kind: "fault", fault: bad });
    expect(routeFor(channels, health).next()?.channel.id).toBe("other");
    clock.nowMs += 1_000;
    const probe = routeFor(channels, health).next();
    expect(probe).toMatchObject({ channel: { id: "two" }, reason: "probe" });
    const lease = health.begin(two, "m", probe?.credential.id ?? "");
    expect(routeFor(channels, health, { random: () => 0.5 }).next()?.credential.id).not.toBe(
      probe?.credential.id,
    );
    health.finish(lease, { kind: "good", firstTokenMs: null, wholeMs: 100, slowAfterMs: 4_000 });
    expect(routeFor(channels, health).next()?.channel.id).toBe("two");
  });

  it("answers that were under way when the rate limit came do not end it", () => {
    const { health, cooled } = healthAt();
    const one = channelOf("one");
    const before = health.begin(one, "m", "one-1");
    const limited = { errorClass: "rate_limited", scope: "credential", effect: "cool" } as const;
    const fault = { ...limited, retryAfterMs: 3_000 };
    health.finish(health.begin(one, "m", "one-1"), { kind: "fault", fault });
    health.finish(before, { kind: "good", firstTokenMs: null, wholeMs: 100, slowAfterMs: 4_000 });
    expect(routeFor([one], health).next()).toBeUndefined();
    // Another upstream under the same name has set no limit, and every node is told.
    health.of({ ...one, baseUrl: "http://127.0.0.1:10/v1" });
    expect(routeFor([one], health).next()?.channel.id).toBe("one");
    expect(cooled.map(({ cooling }) => cooling.untilMs - cooling.sinceMs)).toEqual([3_000, 0]);
  });

  it.each([31_536_000_000, Number.POSITIVE_INFINITY])(
    "is asked again after a minute, though it said %d ms",
    (retryAfterMs) => {
      const { health, clock } = healthAt();
      const one = channelOf("one");
      const limited = { errorClass: "rate_limited", scope: "credential", effect: "cool" } as const;
      health.finish(health.begin(one, "m", "one-1"), { kind: "fault", fault: { ...limited, retryAfterMs } });
      expect(routeFor([one], health).dead()).toMatchObject({ coolUntilMs: clock.nowMs + 60_000 });
      clock.nowMs += 60_000;
      expect(routeFor([one], health).next()?.channel.id).toBe("one");
    },
  );

  it("cools down for the model that was rate limited alone, as long as upstream said", () => {
    const { health, clock } = healthAt();
    const one = channelOf("one", {
      models: new Map([
        ["m", "m"],
        ["n", "n"],
      ]),
    });
    const limited = {
      errorClass: "rate_limited",
      scope: "credential",
      effect: "cool",
      retryAfterMs: 3_000,
    } as const;
    health.finish(health.begin(one, "m", "one-1"), { kind: "fault", fault: limited });
    expect(routeFor([one], health).next()).toBeUndefined();
    expect(routeFor([one], health).dead()).toMatchObject({
      why: "out",
      errorClass: "rate_limited",
      coolUntilMs: clock.nowMs + 3_000,
    });
    expect(routeFor([one], health, { model: "n" }).next()?.channel.id).toBe("one");
    clock.nowMs += 3_000;
    expect(routeFor([one], health).next()?.channel.id).toBe("one");
  });
});

describe("caps", () => {
  it("let no more start in any minute than they say, nor run at once", () => {
    const { health, clock } = healthAt();
    const capped = channelOf("capped", { caps: { rpm: 3, concurrency: 2 } });
    const take = () => {
      const choice = routeFor([capped], health).next();
      return choice && health.begin(capped, "m", choice.credential.id);
    };
    const good = { kind: "good", firstTokenMs: null, wholeMs: 1, slowAfterMs: 1_000 } as const;
    const [first, second] = [take(), take()];
    expect([first, second].every(Boolean)).toBe(true);
    expect(take()).toBeUndefined();
    if (first) health.finish(first, good);
    clock.nowMs += 1_000;
    const third = take();
    expect(third).toBeDefined();
    for (const lease of [second, third]) if (lease) health.finish(lease, good);
    expect(take()).toBeUndefined();
    expect(routeFor([capped], health).dead().why).toBe("full");
    clock.nowMs += 58_999;
    expect(take()).toBeUndefined();
    clock.nowMs += 1;
    expect(take()).toBeDefined();
  });

  it("keep a large cap per minute in every window, whatever its grain", () => {
    const { health, clock } = healthAt();
    const capped = channelOf("capped", { caps: { rpm: 2_500 } });
    const good = { kind: "good", firstTokenMs: null, wholeMs: 1, slowAfterMs: 1_000 } as const;
    const started: number[] = [];
    for (let i = 0; i < 20_000; i += 1) {
      clock.nowMs += 10;
      const choice = routeFor([capped], health).next();
      if (choice === undefined) continue;
      started.push(clock.nowMs);
      health.finish(health.begin(capped, "m", choice.credential.id), good);
    }
    let from = 0;
    let most = 0;
    for (const [index, at] of started.entries()) {
      while ((started[from] ?? at) <= at - 60_000) from += 1;
      most = Math.max(most, index - from + 1);
    }
    expect(most).toBeLessThanOrEqual(2_500);
    expect(most).toBeGreaterThan(2_490);
  });
});

describe("a prompt that is too long", () => {
  it("goes on only to channels with a larger window", () => {
    const { health } = healthAt();
    const windows = (tokens: number) => ({ contextWindows: new Map([["m", tokens]]) });
    const small = channelOf("small", { priority: 3, ...windows(8_000) });
    const channels = [
      small,
      channelOf("same", { priority: 2, ...windows(8_000) }),
      channelOf("unknown", { priority: 1 }),
    ];
    const route = routeFor(channels, health);
    expect(route.next()?.channel.id).toBe("small");
    route.needMoreThan(small);
    expect(route.next()).toBeUndefined();
    expect(route.notAsked(new Set(["small"]))).toEqual([
      { channelId: "same", why: "smaller_window" },
      { channelId: "unknown", why: "smaller_window" },
    ]);
    const wider = routeFor([...channels, channelOf("large", windows(128_000))], health);
    wider.needMoreThan(small);
    expect(wider.next()).toMatchObject({ channel: { id: "large" } });
  });
});

describe("options", () => {
  const spread = (
    channels: ReturnType<typeof channelOf>[],
    health: ReturnType<typeof healthAt>["health"],
    options: object,
  ) => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < 1000; i += 1) {
      const id = routeFor(channels, health, { options, random: () => i / 1000 }).next()?.channel.id ?? "";
      counts[id] = (counts[id] ?? 0) + 1;
    }
    return counts;
  };

  it("latency-aware: who answers twice as soon gets twice as much", () => {
    const { health } = healthAt();
    const channels = [channelOf("fast"), channelOf("slow")];
    for (const [index, wholeMs] of [500, 1_000].entries()) {
      const channel = channels[index];
      if (channel === undefined) continue;
      health.finish(health.begin(channel, "m", `${channel.id}-1`), {
        kind: "good",
        firstTokenMs: null,
        wholeMs,
        slowAfterMs: 4_000,
      });
    }
    expect(spread(channels, health, {})).toEqual({ fast: 500, slow: 500 });
    expect(spread(channels, health, { latencyAware: true })).toEqual({ fast: 667, slow: 333 });
  });

  it("cost-aware: who costs half as much gets four times as much", () => {
    const { health } = healthAt();
    const channels = [channelOf("cheap", { costMultiplier: 0.5 }), channelOf("dear")];
    expect(spread(channels, health, { costAware: true })).toEqual({ cheap: 800, dear: 200 });
  });

  it("sticky: a key stays with its channel, shares follow the weights, and only a lost channel's keys move", () => {
    const { health } = healthAt();
    const channels = [channelOf("a"), channelOf("b"), channelOf("c", { weight: 2 })];
    const homes = (among: typeof channels) =>
      Array.from({ length: 2_000 }, (_, i) => {
        const asked = { cacheKey: `conversation-${i}`, options: { sticky: true }, random: Math.random };
        return routeFor(among, health, asked).next()?.channel.id;
      });
    const before = homes(channels);
    expect(homes(channels)).toEqual(before);
    const share = before.filter((id) => id === "c").length / before.length;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
    const after = homes(channels.filter(({ id }) => id !== "b"));
    expect(after.filter((id, i) => before[i] !== "b" && before[i] !== id)).toEqual([]);
  });
});
