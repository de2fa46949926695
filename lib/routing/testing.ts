import type { ChannelEntry } from "#lib/snapshot/entries";
import type { Breaker } from "./breaker.ts";
import type { Cooling } from "./channel-health.ts";
import { createHealth, type Health } from "./health.ts";
import { type CallTraits, type Choice, Route } from "./route.ts";
import type { RoutingOptions } from "./weights.ts";

/** A channel that serves model "m" without a credential, with what a test says otherwise. */
export function channelOf(id: string, values: Partial<ChannelEntry> = {}): ChannelEntry {
  return {
    id,
    name: id,
    provider: "openai-compatible",
    baseUrl: "http://127.0.0.1:9/v1",
    credentials: [{ id: `${id}-1`, secret: null }],
    groups: null,
    accounts: null,
    priority: 0,
    weight: 1,
    timeouts: {},
    caps: {},
    costMultiplier: 1,
    costFraction: { num: 1n, den: 1n },
    injectUsage: true,
    status: "active",
    models: new Map([["m", "m"]]),
    contextWindows: new Map(),
    ...values,
  };
}

/** Channel health on a clock that a test moves; what it tells other nodes is kept in `told` and `cooled`. */
export function healthAt(startMs = 1_000_000, chance = () => 0.5) {
  const clock = { nowMs: startMs };
  const told: { channelId: string; subject: string; breaker: Breaker }[] = [];
  const cooled: { channelId: string; credentialId: string; model: string; cooling: Cooling }[] = [];
  const health = createHealth({
    now: () => clock.nowMs,
    random: chance,
    changed: (channelId, subject, breaker) =>
      told.push({ channelId, subject, breaker: structuredClone(breaker) }),
    cooled: (channelId, credentialId, model, cooling) =>
      cooled.push({ channelId, credentialId, model, cooling: { ...cooling } }),
    nodes: () => 1,
  });
  return { clock, health, told, cooled };
}

type Asked = Partial<CallTraits> & { options?: Partial<RoutingOptions>; random?: () => number };

/** The route of a call for model "m". */
export function routeFor(channels: readonly ChannelEntry[], health: Health, asked: Asked = {}): Route {
  const { options, random = () => 0, ...call } = asked;
  return new Route({
    channels: [...channels].sort((left, right) => right.priority - left.priority),
    call: { model: "m", groupId: "default", accountId: "a", stream: false, cacheKey: undefined, ...call },
    options: { latencyAware: false, costAware: false, sticky: false, ...options },
    health,
    random,
    windowOf: (channel) => channel.contextWindows.get("m") ?? null,
  });
}

/** Every channel that a call would try, were each to fail. */
export function orderOf(channels: readonly ChannelEntry[], health: Health, asked: Asked = {}): string[] {
  const route = routeFor(channels, health, asked);
  const order: string[] = [];
  for (let choice: Choice | undefined = route.next(); choice !== undefined; choice = route.next()) {
    order.push(choice.channel.id);
    route.exclude(choice.channel);
  }
  return order;
}
