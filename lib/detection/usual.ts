import { formatUsd } from "#lib/core/money";
import type { Familiar, Pattern } from "./pattern.ts";
import type { KeyPattern, NetworkState } from "./schema.ts";
import { atOnceStep } from "./surprise.ts";
import { covers } from "./trust.ts";

type Given = {
  learning: { minRequests: number; minHours: number };
  trusted: readonly string[];
  nowMs: number;
};

/** How a key is usually used, for people: shares, the most used first. `pattern` undefined: it has not been used. */
export function usualOf(pattern: Pattern | undefined, { learning, trusted, nowMs }: Given): KeyPattern {
  const since = pattern?.firstMs ?? null;
  const requests = pattern?.requests ?? 0;
  const isOver = requests >= learning.minRequests && nowMs - (since ?? nowMs) >= learning.minHours * HOUR_MS;
  const { byHour = [], pace = { requests: 0, nanoUsd: 0n } } = pattern ?? {};
  const all = byHour.reduce((sum, n) => sum + n, 0);
  return {
    learning: { isOver, requests, ...learning, since: since === null ? null : time(since) },
    networks: networksOf(pattern, trusted),
    countries: shares(pattern?.countries).map(([country, share]) => ({ country, share })),
    clients: shares(pattern?.agents).map(([client, share]) => ({ client, share })),
    models: shares(pattern?.models).map(([model, share]) => ({ model, share })),
    hours: Array.from({ length: 24 }, (_, hour) => rounded(all === 0 ? 0 : (byHour[hour] ?? 0) / all)),
    pace: { requests: Math.round(pace.requests), spend: formatUsd(pace.nanoUsd) },
    perActiveHour: { networks: averageAtOnce(pattern?.atOnce ?? []) },
  };
}

/** The networks that are familiar by use, not those on probation or under suspicion; the most used first. */
export function learntNetworks(pattern: Pattern | undefined): string[] {
  return Object.entries(pattern?.networks ?? {})
    .filter(([network]) => network.includes("/"))
    .sort(([, a], [, b]) => b.weight - a.weight)
    .map(([network]) => network);
}

const HOUR_MS = 3_600_000;
const MOST_LISTED = 64;

function networksOf(pattern: Pattern | undefined, trusted: readonly string[]): KeyPattern["networks"] {
  if (pattern === undefined) return [];
  const familiar = Object.entries(pattern.networks).map(([network, one]) => ({
    network,
    ...one,
    state: "familiar" as NetworkState,
  }));
  const pending = Object.entries(pattern.pending).map(([network, one]) => ({
    network,
    ...one,
    weight: one.requests,
    state: (one.isSuspect ? "suspect" : "new") as NetworkState,
  }));
  const all = [...familiar, ...pending].filter(({ network }) => network.includes("/"));
  const sum = all.reduce((total, { weight }) => total + weight, 0);
  return all
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST_LISTED)
    .map((one) => ({
      network: one.network,
      state: trusted.some((cidr) => covers(cidr, one.network)) ? "trusted" : one.state,
      carrier: one.areaName === "" ? null : one.areaName,
      country: one.country,
      hosting: one.isHosting,
      share: rounded(one.weight / Math.max(sum, 1)),
      firstSeen: time(one.firstMs),
      lastSeen: time(one.lastMs),
    }));
}

function shares(of: Record<string, Familiar> = {}): [string, number][] {
  const sum = Object.values(of).reduce((total, { weight }) => total + weight, 0);
  return Object.entries(of)
    .map(([name, { weight }]): [string, number] => [name, rounded(weight / Math.max(sum, 1))])
    .sort(([, a], [, b]) => b - a);
}

/** Each hour by its step: the first number that counts as it. */
function averageAtOnce(histogram: readonly number[]): number {
  let [hours, networks] = [0, 0];
  for (const [step, count] of histogram.entries()) {
    hours += count;
    networks += count * (LEAST_OF_STEP.find((n) => atOnceStep(n) === step) ?? 1);
  }
  return hours === 0 ? 0 : Math.round((10 * networks) / hours) / 10;
}
const LEAST_OF_STEP = [1, 2, 3, 4, 6, 9, 17, 33];

const rounded = (share: number) => Math.round(share * 10_000) / 10_000;
const time = (ms: number) => new Date(ms).toISOString();
