import { dayMs } from "#lib/core/time";
import { mergeEvidence, mergeSignals, mostNetworks } from "./evidence.ts";
import type { AddressEvidence, Finding, Signal } from "./finding.ts";

/** What an incident knows so far. */
export type Known = {
  score: number;
  signals: readonly Signal[];
  networks: readonly string[];
  evidence: readonly AddressEvidence[];
  requests: number;
  nanoUsd: bigint;
  since: Date;
  lastSeen: Date;
};

export type Grown = Known & {
  /** Networks that it did not know. */
  fresh: string[];
  /** Kinds of signals that it did not know. */
  freshKinds: string[];
  /** More was spent than it knew. */
  isCostlier: boolean;
};

/** An incident with a finding put to what it knew. */
export function grow(known: Known, finding: Finding): Grown {
  const knownKinds = new Set(known.signals.map(({ kind }) => kind));
  const freshKinds = finding.signals.map(({ kind }) => kind).filter((kind) => !knownKinds.has(kind));
  const fresh = finding.networks.filter((network) => !known.networks.includes(network));
  return {
    score: clamp(Math.max(known.score, finding.score)),
    signals: mergeSignals(known.signals, finding.signals),
    networks: [...new Set([...known.networks, ...finding.networks])].slice(0, mostNetworks),
    evidence: mergeEvidence(known.evidence, finding.ips),
    requests: Math.max(known.requests, finding.requests),
    nanoUsd: known.nanoUsd > finding.nanoUsd ? known.nanoUsd : finding.nanoUsd,
    since: known.since < finding.since ? known.since : finding.since,
    lastSeen: known.lastSeen > finding.at ? known.lastSeen : finding.at,
    fresh,
    freshKinds: [...new Set(freshKinds)],
    isCostlier: finding.nanoUsd > known.nanoUsd,
  };
}

const REMEMBERED_MS = 7 * dayMs;
const HIGHER_BY = 10;

/**
 * Whether a finding says what was closed before: dismissed within a week, of the same networks and hardly more alarming;
 * or resolved, and nothing came since. Such a one opens nothing.
 */
export function isSettled(
  closed: { state: string; score: number; networks: readonly string[]; closedAt: Date },
  finding: Finding,
): boolean {
  if (closed.state === "resolved") {
    const seen = finding.ips.map(({ lastSeen }) => lastSeen);
    return seen.length === 0 ? finding.at <= closed.closedAt : seen.every((at) => at <= closed.closedAt);
  }
  if (finding.at.getTime() - closed.closedAt.getTime() > REMEMBERED_MS) return false;
  const isKnown = finding.networks.every((network) => closed.networks.includes(network));
  return isKnown && finding.score < closed.score + HIGHER_BY;
}

/** Whether a report is of the same secret at the same place: sent again, it says nothing new. */
export function isSameLeak(known: readonly Signal[], found: readonly Signal[]): boolean {
  return found.every(({ kind, figures: { source, prefix } }) =>
    known.some((one) => one.kind === kind && one.figures.source === source && one.figures.prefix === prefix),
  );
}

/** A score as it is shown: whole, 0 to 100. */
export function clamp(score: number): number {
  return Math.min(100, Math.max(0, Math.round(score)));
}
