import type { DialRules } from "#lib/channels/address";
import type { ChannelEntry } from "#lib/snapshot/entries";
import type { Provider } from "./provider.ts";
import { UpstreamExchange } from "./upstream/exchange.ts";
import { createUpstreamPool, type UpstreamPool } from "./upstream/live.ts";

const IDLE_MS = 10 * 60_000;
const SWEEP_MS = 1_000;

type Kept = { made: UpstreamPool; key: string; usedAtMs: number };

/**
 * The openai-compatible provider: one pool of connections per channel, made when it is first used and again when its
 * address changes; one that has not been used for ten minutes is closed.
 */
export function openAiCompatible(rules: () => DialRules): Provider & { close(): Promise<void> } {
  const pools = new Map<string, Kept>();
  const sweep = setInterval(() => sweepIdle(pools), SWEEP_MS);
  sweep.unref();

  function poolOf(channel: ChannelEntry, connectTimeoutMs: number): UpstreamPool {
    const known = pools.get(channel.id);
    const key = `${connectTimeoutMs} ${channel.baseUrl}`;
    if (known?.key === key) {
      known.usedAtMs = performance.now();
      return known.made;
    }
    if (known !== undefined) retire(known);
    const made = createUpstreamPool(channel, connectTimeoutMs, rules);
    pools.set(channel.id, { made, key, usedAtMs: performance.now() });
    return made;
  }

  return {
    send(channel, { method = "POST", path, body, stream, secret, connectTimeoutMs, ending }) {
      const upstream = poolOf(channel, connectTimeoutMs);
      const forbidden = upstream.forbidden();
      if (forbidden !== undefined) return Promise.reject(forbidden);
      let head: string;
      try {
        head = upstream.heads({ method, path, stream, secret });
      } catch (error) {
        return Promise.reject(error);
      }
      const exchange = new UpstreamExchange(ending);
      exchange.begin({ head, body: method === "POST" ? body : null }, upstream.pool);
      return exchange.response;
    },
    async close() {
      clearInterval(sweep);
      for (const { made } of pools.values()) made.pool.destroy();
      pools.clear();
    },
  };
}

/** Running calls finish; nothing new goes through it. */
function retire({ made }: Kept): void {
  made.pool.close();
}

function sweepIdle(pools: Map<string, Kept>): void {
  const before = performance.now() - IDLE_MS;
  for (const [id, kept] of pools) {
    kept.made.pool.sweep();
    if (kept.usedAtMs > before) continue;
    pools.delete(id);
    retire(kept);
  }
}
