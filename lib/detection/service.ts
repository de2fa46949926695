import { readSettings } from "#lib/settings/store";
import { readFacts, readPatterns } from "./pattern-store.ts";
import type { KeyPattern } from "./schema.ts";
import { learntNetworks, usualOf } from "./usual.ts";

/** How a key is usually used: networks, hours, models, clients, pace. At most some seconds behind its calls. */
export async function profileOf(keyId: string): Promise<KeyPattern> {
  const [patterns, facts, settings] = await Promise.all([
    readPatterns([keyId]),
    readFacts([keyId]),
    readSettings(),
  ]);
  return usualOf(patterns.get(keyId), {
    learning: settings["incidents.learning"],
    trusted: facts.get(keyId)?.trusted ?? [],
    nowMs: Date.now(),
  });
}

/** Networks (/24, of IPv6 /48) that a key is usually used from, the most used first; none where nothing is learnt. */
export async function learntNetworksOf(keyId: string): Promise<string[]> {
  return learntNetworks((await readPatterns([keyId])).get(keyId));
}
