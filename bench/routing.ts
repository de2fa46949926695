import { createHealth } from "#lib/routing/health";
import { Route } from "#lib/routing/route";
import { channelOf } from "#lib/routing/testing";

const CHANNELS = 50;
const TIERS = 5;
const ROUNDS = 9;
const CALLS = 20_000;
const LIMIT_US = 20;

/**
 * What choosing a channel costs, with 50 channels for the model: look at all, choose, take the place, give it back. Once
 * with everything well and once with half of the channels out. Exits with 1 above 20 µs (median of nine rounds).
 */
function main(): void {
  const channels = Array.from({ length: CHANNELS }, (_, index) =>
    channelOf(`channel-${index}`, {
      priority: TIERS - (index % TIERS),
      weight: 1 + (index % 7),
      caps: { concurrency: 1_000 },
      groups: new Set(["default"]),
    }),
  ).sort((left, right) => right.priority - left.priority);
  const kinds = [
    ["all well", 0, {}],
    ["half out", 2, {}],
    ["latency- and cost-aware", 0, { latencyAware: true, costAware: true }],
    ["sticky", 0, { sticky: true }],
  ] as const;
  for (const [name, brokenEvery, options] of kinds) {
    const health = createHealth({
      now: Date.now,
      random: Math.random,
      changed: () => {},
      cooled: () => {},
      nodes: () => 1,
    });
    for (const [index, channel] of channels.entries()) {
      if (brokenEvery === 0 || index % brokenEvery !== 0) continue;
      const fault = {
        errorClass: "forbidden",
        scope: "model",
        effect: "open",
        retryAfterMs: 240_000,
      } as const;
      health.finish(health.begin(channel, "m", `${channel.id}-1`), { kind: "fault", fault });
    }
    const rounds = Array.from({ length: ROUNDS }, () => {
      const startedMs = performance.now();
      for (let call = 0; call < CALLS; call += 1) {
        const route = new Route({
          channels,
          call: { model: "m", groupId: "default", accountId: "a", stream: false, cacheKey: `key-${call}` },
          options: { latencyAware: false, costAware: false, sticky: false, ...options },
          health,
          random: Math.random,
          windowOf: () => null,
        });
        const choice = route.next();
        if (choice === undefined) throw new Error("no channel was chosen");
        const lease = health.begin(choice.channel, "m", choice.credential.id);
        health.finish(lease, { kind: "good", firstTokenMs: null, wholeMs: 500, slowAfterMs: 4_000 });
      }
      return ((performance.now() - startedMs) * 1_000) / CALLS;
    }).sort((left, right) => left - right);
    const median = rounds[ROUNDS >> 1] ?? Number.NaN;
    console.log(`${name}: ${median.toFixed(1)} µs per call, ${CHANNELS} channels in ${TIERS} tiers`);
    if (!(median <= LIMIT_US)) process.exitCode = 1;
  }
}

main();
