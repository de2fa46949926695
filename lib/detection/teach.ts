import { learnPending } from "./learn.ts";
import type { Pattern } from "./pattern.ts";

/** Makes networks familiar because a person said so, with what was done from them; the episode they were part of is over. */
export function teach(pattern: Pattern, networks: readonly string[]): void {
  for (const network of networks) {
    const pending = pattern.pending[network];
    if (pending === undefined) continue;
    delete pattern.pending[network];
    learnPending(pattern, network, pending);
  }
  if (!Object.values(pattern.pending).some(({ isSuspect }) => isSuspect)) pattern.episode = null;
}
