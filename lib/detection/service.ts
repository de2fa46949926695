import { readSettings } from "#lib/settings/store";
import { readFacts, readPatterns } from "./pattern-store.ts";
import type { KeyPattern } from "./schema.ts";
import { usualOf } from "./usual.ts";

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
