import { agentOf } from "#lib/detection/agent";
import { addressIn, networkOf } from "#lib/detection/network";
import { observe, type Rules, type Suspicion } from "#lib/detection/observe";
import { emptyPattern, type Pattern } from "#lib/detection/pattern";
import type { Sighting, Whereabouts } from "#lib/detection/sighting";
import { teach } from "#lib/detection/teach";
import type { Call } from "./call.ts";

/** What the rows of so long are written, read and judged together: more than the product takes. */
const BATCH_MS = 5_000;
const CURRENT = "current";
const RETIRED = "retired";

export type Found = Suspicion & { thefts: number[] };
export type Detector = {
  pattern: Pattern;
  run(calls: readonly Call[], onFound: (found: Found) => void): void;
};

/** The product's detection over a month of one key's calls: the same functions, with the simulation's clock. */
export function detectorOf(
  keyId: string,
  rules: Rules,
  whereabouts: (ip: string) => Whereabouts | undefined,
  startMs: number,
): Detector {
  const pattern = emptyPattern(startMs);
  const view = { rules, prefix: CURRENT, whereabouts: (network: string) => whereabouts(addressIn(network)) };
  return {
    pattern,
    run(calls, onFound) {
      for (const batch of batches(calls)) {
        const stolen = new Map<string, Set<number>>();
        for (const seen of sightingsOf(keyId, batch, stolen)) {
          const found = observe(pattern, seen, view);
          if (found === undefined) continue;
          const atMs = Math.max(found.atMs, (Math.floor(seen.firstMs / BATCH_MS) + 1) * BATCH_MS);
          onFound({ ...found, atMs, thefts: found.networks.flatMap((n) => [...(stolen.get(n) ?? [])]) });
        }
      }
    },
  };
}

/** What an operator's "that was me" does. */
export const dismiss = (pattern: Pattern, networks: readonly string[]): void => teach(pattern, networks);

function* batches(calls: readonly Call[]): Generator<Call[]> {
  let batch: Call[] = [];
  let number = -1;
  for (const call of calls) {
    const own = Math.floor(call.atMs / BATCH_MS);
    if (own !== number && batch.length > 0) {
      yield batch;
      batch = [];
    }
    number = own;
    batch.push(call);
  }
  if (batch.length > 0) yield batch;
}

function sightingsOf(
  keyId: string,
  batch: readonly Call[],
  stolen: Map<string, Set<number>>,
): Iterable<Sighting> {
  const cells = new Map<string, Sighting>();
  for (const call of batch) {
    const network = networkOf(call.ip);
    const cell = cells.get(network) ?? empty(keyId, network, call.atMs);
    cells.set(network, cell);
    add(cell, call);
    if (call.theft !== undefined) stolen.set(network, (stolen.get(network) ?? new Set()).add(call.theft));
  }
  return cells.values();
}

function empty(keyId: string, network: string, atMs: number): Sighting {
  const counts = { agents: {}, models: {}, prefixes: {} };
  return {
    keyId,
    network,
    firstMs: atMs,
    lastMs: atMs,
    requests: 0,
    refused: 0,
    nanoUsd: 0n,
    ips: [],
    ...counts,
  };
}

function add(cell: Sighting, call: Call): void {
  const nanoUsd = BigInt(call.nanoUsd);
  cell.lastMs = call.atMs;
  cell.requests += 1;
  cell.refused += call.status === 401 || call.status === 403 || call.status === 429 ? 1 : 0;
  cell.nanoUsd += nanoUsd;
  const ip = cell.ips.find((one) => one.ip === call.ip);
  if (ip === undefined)
    cell.ips.push({ ip: call.ip, requests: 1, nanoUsd, firstMs: call.atMs, lastMs: call.atMs });
  else Object.assign(ip, { requests: ip.requests + 1, nanoUsd: ip.nanoUsd + nanoUsd, lastMs: call.atMs });
  count(cell.agents, agentOf(call.agent));
  count(cell.models, call.model);
  count(cell.prefixes, call.usesRetired ? RETIRED : CURRENT);
}

const count = (into: Record<string, number>, name: string) => {
  into[name] = (into[name] ?? 0) + 1;
};
