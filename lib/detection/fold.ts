import { ownOf } from "#lib/core/own";
import type { CountedRow } from "#lib/logs/row";
import { agentOf } from "./agent.ts";
import { networkOf } from "./network.ts";
import { MOST_AGENTS, MOST_IPS, MOST_MODELS, MOST_NETWORKS, OTHERS, type Sighting } from "./sighting.ts";

/**
 * What a batch of rows tells of each key, one sighting per network: at most MOST_NETWORKS of a key, what is beyond them
 * under OTHERS. So the cost of all that follows depends on networks, never on calls. In the order of their
 * first calls, which is the order in which they are judged.
 */
export function foldRows(rows: readonly CountedRow[]): Sighting[] {
  const sightings = new Sightings();
  for (const row of rows) sightings.add(row);
  return sightings.all();
}

/** The same, row by row. */
export class Sightings {
  readonly #keys = new Map<string, Map<string, Sighting>>();
  #last: Sighting | undefined;
  #lastIp = "";

  /** Keeps nothing of the row but its values. */
  add(row: CountedRow): void {
    if (row.keyId === null || row.ip === null) return;
    // Neighbours in a batch are often one client's.
    if (this.#last === undefined || this.#lastIp !== row.ip || this.#last.keyId !== row.keyId) {
      this.#last = sightingFor(this.#keys, row.keyId, row.ip, row.createdAtMs);
      this.#lastIp = row.ip;
    }
    add(this.#last, row, row.ip);
  }

  all(): Sighting[] {
    return [...this.#keys.values()]
      .flatMap((networks) => [...networks.values()])
      .sort((a, b) => a.firstMs - b.firstMs);
  }
}

function sightingFor(
  keys: Map<string, Map<string, Sighting>>,
  keyId: string,
  ip: string,
  atMs: number,
): Sighting {
  const networks = keys.get(keyId) ?? new Map<string, Sighting>();
  keys.set(keyId, networks);
  const own = networkOf(ip);
  const network = networks.has(own) || networks.size < MOST_NETWORKS ? own : OTHERS;
  const known = networks.get(network);
  if (known !== undefined) return known;
  const made: Sighting = {
    keyId,
    network,
    firstMs: atMs,
    lastMs: atMs,
    requests: 0,
    refused: 0,
    nanoUsd: 0n,
    ips: [],
    agents: {},
    models: {},
    prefixes: {},
  };
  networks.set(network, made);
  return made;
}

function add(into: Sighting, row: CountedRow, ip: string): void {
  const { createdAtMs: atMs, costNanoUsd, repeats, status } = row;
  into.firstMs = Math.min(into.firstMs, atMs);
  into.lastMs = Math.max(into.lastMs, atMs);
  into.requests += repeats;
  if (status === 401 || status === 403 || status === 429) into.refused += repeats;
  into.nanoUsd += costNanoUsd;
  count(into.agents, agentOf(row.userAgent), repeats, MOST_AGENTS);
  if (row.model !== null) count(into.models, row.model, repeats, MOST_MODELS);
  if (row.keyPrefix !== null) count(into.prefixes, row.keyPrefix, repeats, 2);
  const seen = into.ips.find((one) => one.ip === ip);
  if (seen !== undefined) {
    seen.requests += repeats;
    seen.nanoUsd += costNanoUsd;
    seen.firstMs = Math.min(seen.firstMs, atMs);
    seen.lastMs = Math.max(seen.lastMs, atMs);
  } else if (into.ips.length < MOST_IPS) {
    into.ips.push({ ip, requests: repeats, nanoUsd: costNanoUsd, firstMs: atMs, lastMs: atMs });
  }
}

function count(into: Record<string, number>, called: string, n: number, most: number): void {
  // The one name that no record can hold: whoever goes by it would be nobody.
  const name = called === "__proto__" ? "proto" : called;
  const known = ownOf(into, name);
  if (known === undefined && Object.keys(into).length >= most) return;
  into[name] = (known ?? 0) + n;
}
