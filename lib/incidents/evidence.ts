import { z } from "zod";
import type { AddressEvidence, Signal } from "./finding.ts";

/** An incident keeps what the most expensive addresses did; a thief with 100,000 of them is seen by these. */
export const mostAddresses = 200;
export const mostNetworks = 100;
export const mostSignals = 20;
const MOST_MODELS = 8;

const storedAddress = z.object({
  ip: z.string(),
  requests: z.number(),
  nanoUsd: z.string(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  models: z.array(z.string()),
});
const storedSignal = z.object({
  kind: z.string(),
  weight: z.number(),
  figures: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type StoredAddress = z.infer<typeof storedAddress>;

/** What stands in the database of the addresses; nothing where that cannot be read. */
export function readEvidence(json: unknown): AddressEvidence[] {
  const read = z.array(storedAddress).safeParse(json);
  if (!read.success) return [];
  return read.data.map((one) => ({
    ...one,
    nanoUsd: BigInt(one.nanoUsd),
    firstSeen: new Date(one.firstSeen),
    lastSeen: new Date(one.lastSeen),
  }));
}

/** Evidence as it stands in the database's JSON: money as text, times in ISO 8601. */
export function storedEvidence(evidence: readonly AddressEvidence[]): StoredAddress[] {
  return evidence.map((one) => ({
    ...one,
    nanoUsd: String(one.nanoUsd),
    firstSeen: one.firstSeen.toISOString(),
    lastSeen: one.lastSeen.toISOString(),
  }));
}

/** Of what the database has; nothing where that cannot be read. */
export function readSignals(json: unknown): Signal[] {
  const read = z.array(storedSignal).safeParse(json);
  return read.success ? read.data : [];
}

/**
 * What is known of addresses after more was found: sums are cumulative, so the larger one counts; the most expensive
 * `mostAddresses` stay, of equal ones the busiest.
 */
export function mergeEvidence(
  known: readonly AddressEvidence[],
  found: readonly AddressEvidence[],
): AddressEvidence[] {
  const byIp = new Map(known.map((one) => [one.ip, one]));
  for (const one of found) {
    const before = byIp.get(one.ip);
    byIp.set(one.ip, before === undefined ? one : mergeAddress(before, one));
  }
  return [...byIp.values()]
    .map((one) => ({ ...one, models: one.models.slice(0, MOST_MODELS) }))
    .sort((left, right) => compare(right.nanoUsd, left.nanoUsd) || right.requests - left.requests)
    .slice(0, mostAddresses);
}

/** Each kind once, with the figures of its latest finding, the heaviest first. */
export function mergeSignals(known: readonly Signal[], found: readonly Signal[]): Signal[] {
  const byKind = new Map(known.map((signal) => [signal.kind, signal]));
  for (const signal of found) {
    const before = byKind.get(signal.kind);
    byKind.set(signal.kind, before !== undefined && before.weight > signal.weight ? before : signal);
  }
  return [...byKind.values()].sort((left, right) => right.weight - left.weight).slice(0, mostSignals);
}

function mergeAddress(before: AddressEvidence, after: AddressEvidence): AddressEvidence {
  return {
    ip: before.ip,
    requests: Math.max(before.requests, after.requests),
    nanoUsd: before.nanoUsd > after.nanoUsd ? before.nanoUsd : after.nanoUsd,
    firstSeen: before.firstSeen < after.firstSeen ? before.firstSeen : after.firstSeen,
    lastSeen: before.lastSeen > after.lastSeen ? before.lastSeen : after.lastSeen,
    models: [...new Set([...after.models, ...before.models])],
  };
}

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left > right ? 1 : -1;
}
