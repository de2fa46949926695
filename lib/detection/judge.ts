import type { Finding } from "#lib/incidents/finding";
import { observe, type Rules, type Suspicion } from "./observe.ts";
import { emptyPattern, type Pattern } from "./pattern.ts";
import { OTHERS, type Sighting, type Whereabouts } from "./sighting.ts";
import { teach } from "./teach.ts";
import { isTrusted } from "./trust.ts";

/** What judging a key's sightings needs beside them. */
export type KeyView = {
  accountId: string;
  prefix: string;
  trusted: readonly string[];
  rules: Rules;
  whereabouts(network: string): Whereabouts | undefined;
};

/**
 * Takes a sighting into the pattern of its key (`undefined`: the key has none yet) and makes a finding of what looks
 * like somebody else's use. Networks that a person vouched for are learnt at once.
 */
export function judge(
  known: Pattern | undefined,
  seen: Sighting,
  view: KeyView,
): { pattern: Pattern; finding: Finding | undefined } {
  const pattern = known ?? emptyPattern(seen.firstMs);
  const isVouchedFor = isTrusted(seen, view.trusted);
  if (isVouchedFor) teach(pattern, [seen.network]);
  // Learning is what a quiet period without end does.
  const rules = isVouchedFor ? { ...view.rules, minRequests: Number.POSITIVE_INFINITY } : view.rules;
  const suspicion = observe(pattern, seen, { ...view, rules });
  return { pattern, finding: suspicion && findingOf(suspicion, seen.keyId, view.accountId) };
}

function findingOf(suspicion: Suspicion, keyId: string, accountId: string): Finding {
  const { atMs, sinceMs, score, signals, networks, ips, requests, nanoUsd } = suspicion;
  return {
    keyId,
    accountId,
    at: new Date(atMs),
    score,
    // What spoke for the owner is no reason of the incident.
    signals: signals.filter(({ weight }) => weight > 0),
    networks: networks.filter((network) => network !== OTHERS),
    ips: ips.map(({ firstMs, lastMs, ...ip }) => ({
      ...ip,
      firstSeen: new Date(firstMs),
      lastSeen: new Date(lastMs),
    })),
    since: new Date(sinceMs),
    requests,
    nanoUsd,
  };
}
