import { ownOf } from "#lib/core/own";
import { fade, learnPending, learnSighting, type Place, PROBATION_MS, RECENT_MS, turnHour } from "./learn.ts";
import { neighbourhoodOf } from "./network.ts";
import { MOST, type Pattern, type Pending } from "./pattern.ts";
import { MOST_IPS, OTHERS, type SeenIp, type Sighting, type Whereabouts } from "./sighting.ts";
import {
  type Judging,
  type Signal,
  scoreOf,
  signalsOf,
  signalsOfFamiliar,
  tenMinutes,
  trialsOf,
} from "./signals.ts";
import { weights as defaultWeights, type Weights } from "./weights.ts";

export type Rules = {
  /** A key raises nothing before it had so many requests and is so old. */
  minRequests: number;
  minHours: number;
  /** From this score on (0 to 100) there is a finding. */
  threshold: number;
  weights?: Weights;
};

/** What a pattern is judged with: rules, where networks are, and which secrets of the key are retired. */
export type View = {
  rules: Rules;
  whereabouts(network: string): Whereabouts | undefined;
  /** Prefix of the key's secret in force; null: not known, and none counts as retired. */
  prefix: string | null;
};

/** What is told of a key whose use has changed; `isNew`: the first of its episode. */
export type Suspicion = {
  atMs: number;
  sinceMs: number;
  isNew: boolean;
  score: number;
  signals: Signal[];
  networks: string[];
  ips: (SeenIp & { models: string[] })[];
  requests: number;
  nanoUsd: bigint;
};

/** An episode in which nothing was seen for so long is over. */
const EPISODE_MS = 24 * 3_600_000;
const TELL_AGAIN_MS = 60_000;
const TEN_MINUTES = 10;
const MINUTE_MS = 60_000;
/** A network is beside another that was active this shortly before. */
const BESIDE_MS = 15 * MINUTE_MS;
/** From this part of the threshold on a network counts as part of what was found. */
const SUSPECT_SHARE = 0.5;
const MOST_TOLD_IPS = 50;

/**
 * Takes what a key did from one network into its pattern, which is changed in place, and says whether it looks as if
 * somebody else had the key. Pure but for that: the same sightings in the same order give the same findings.
 */
export function observe(pattern: Pattern, seen: Sighting, view: View): Suspicion | undefined {
  const { rules } = view;
  const silenceMs = seen.firstMs - pattern.lastMs;
  fade(pattern, seen.firstMs);
  turnHour(pattern, seen.firstMs);
  prune(pattern, seen.firstMs);
  countMinute(pattern, seen);
  const place = placeOf(seen.network, view);
  const isLearning =
    pattern.requests < rules.minRequests || seen.firstMs - pattern.firstMs < rules.minHours * 3_600_000;
  const isFamiliar = pattern.networks[seen.network] !== undefined;
  pattern.requests += seen.requests;
  const suspicion =
    isLearning || isFamiliar
      ? observeFamiliar(pattern, seen, place, view, isLearning)
      : observeUnfamiliar(pattern, seen, place, view, silenceMs);
  pattern.lastMs = Math.max(pattern.lastMs, seen.lastMs);
  return suspicion;
}

function observeFamiliar(
  pattern: Pattern,
  seen: Sighting,
  place: Place,
  view: View,
  isLearning: boolean,
): Suspicion | undefined {
  const { threshold } = view.rules;
  const use = { ...seen, retired: retiredOf(seen, view) };
  const signals = isLearning ? [] : signalsOfFamiliar(pattern, use, judgingBy(pattern, view));
  learnSighting(pattern, seen, place);
  noteRecent(pattern, seen, place, true);
  if (pattern.episode === null) learnPace(pattern);
  const score = scoreOf(signals);
  if (score < threshold) return undefined;
  return tell(pattern, score, signals, { [seen.network]: { ...seen, models: seen.models } }, seen.lastMs);
}

function observeUnfamiliar(
  pattern: Pattern,
  seen: Sighting,
  place: Place,
  view: View,
  silenceMs: number,
): Suspicion | undefined {
  const { threshold } = view.rules;
  const name = roomFor(pattern, seen.network);
  noteRecent(pattern, seen, place, false);
  const pending = pattern.pending[name] ?? newPending(pattern, seen, place, silenceMs);
  pattern.pending[name] = pending;
  grow(pattern, pending, seen, retiredOf(seen, view));
  const signals = signalsOf(pattern, name, pending, judgingBy(pattern, view));
  const score = scoreOf(signals);
  if (score >= threshold * SUSPECT_SHARE && (score >= threshold || pattern.episode !== null))
    pending.isSuspect = true;
  if (score < threshold) {
    if (pattern.episode === null) learnPace(pattern);
    return undefined;
  }
  const suspects = Object.fromEntries(Object.entries(pattern.pending).filter(([, one]) => one.isSuspect));
  return tell(pattern, score, signals, suspects, seen.lastMs);
}

function judgingBy(pattern: Pattern, { rules }: View): Judging {
  return { weights: rules.weights ?? defaultWeights, trials: trialsOf(pattern, rules.minHours) };
}

type Evidence = Record<
  string,
  Pick<Pending, "firstMs" | "lastMs" | "requests" | "nanoUsd" | "ips" | "models">
>;

/** Tells what is new: a first finding, a higher score, more networks; at most once a minute when only counts grew. */
function tell(
  pattern: Pattern,
  score: number,
  signals: Signal[],
  evidence: Evidence,
  atMs: number,
): Suspicion | undefined {
  const all = Object.values(evidence);
  const sinceMs = Math.min(...all.map((one) => one.firstMs));
  const before = pattern.episode;
  const isNew = before === null;
  const episode = before ?? { sinceMs, lastMs: atMs, toldMs: 0, score: 0, networks: 0 };
  const isNews = score > episode.score || atMs - episode.toldMs >= TELL_AGAIN_MS;
  pattern.episode = { ...episode, lastMs: atMs, score: Math.max(score, episode.score), networks: all.length };
  if (!isNews) return undefined;
  pattern.episode.toldMs = atMs;
  const ips = all.flatMap((one) => one.ips.map((ip) => ({ ...ip, models: Object.keys(one.models) })));
  ips.sort((a, b) => b.requests - a.requests);
  return {
    atMs,
    sinceMs,
    isNew,
    score,
    signals: [...signals].sort((a, b) => b.weight - a.weight),
    networks: Object.keys(evidence),
    ips: ips.slice(0, MOST_TOLD_IPS),
    requests: all.reduce((sum, one) => sum + one.requests, 0),
    nanoUsd: all.reduce((sum, one) => sum + one.nanoUsd, 0n),
  };
}

function placeOf(network: string, view: View): Place {
  const found = view.whereabouts(network);
  if (found === undefined) {
    const area = network === OTHERS ? OTHERS : neighbourhoodOf(network);
    return { area, areaName: "", country: null, isHosting: null };
  }
  return { area: `AS${found.asn}`, areaName: found.name, country: found.country, isHosting: found.isHosting };
}

function retiredOf(seen: Sighting, { prefix }: View): number {
  if (prefix === null) return 0;
  let retired = 0;
  for (const [used, requests] of Object.entries(seen.prefixes)) if (used !== prefix) retired += requests;
  return retired;
}

/** Drops what is no longer now, and learns the networks whose probation is over. */
function prune(pattern: Pattern, nowMs: number): void {
  for (const [network, { lastMs }] of Object.entries(pattern.recent)) {
    if (lastMs < nowMs - RECENT_MS) delete pattern.recent[network];
  }
  if (pattern.episode !== null && pattern.episode.lastMs < nowMs - EPISODE_MS) pattern.episode = null;
  for (const [network, pending] of Object.entries(pattern.pending)) {
    if (pending.isSuspect) {
      if (pending.lastMs < nowMs - 7 * EPISODE_MS) delete pattern.pending[network];
    } else if (pending.firstMs < nowMs - PROBATION_MS) {
      delete pattern.pending[network];
      learnPending(pattern, network, pending);
    }
  }
}

function countMinute(pattern: Pattern, { firstMs, requests, refused, nanoUsd }: Sighting): void {
  const minute = Math.floor(firstMs / MINUTE_MS);
  const last = pattern.minutes.at(-1);
  if (last !== undefined && last.minute >= minute) {
    last.requests += requests;
    last.refused += refused;
    last.nanoUsd += nanoUsd;
    return;
  }
  pattern.minutes.push({ minute, requests, refused, nanoUsd });
  pattern.minutes = pattern.minutes.filter((one) => one.minute > minute - TEN_MINUTES);
}

function learnPace(pattern: Pattern): void {
  const { requests, nanoUsd } = tenMinutes(pattern);
  const { pace } = pattern;
  if (requests > pace.requests) pace.requests = requests;
  if (nanoUsd > pace.nanoUsd) pace.nanoUsd = nanoUsd;
}

function noteRecent(pattern: Pattern, seen: Sighting, { country }: Place, isFamiliar: boolean): void {
  const known = pattern.recent[seen.network];
  if (known === undefined && Object.keys(pattern.recent).length >= MOST.recent) return;
  pattern.recent[seen.network] = { lastMs: seen.lastMs, country, isFamiliar };
}

/** The name that a network's evidence is kept under: its own, or OTHERS where too many are on probation. */
function roomFor(pattern: Pattern, network: string): string {
  if (pattern.pending[network] !== undefined) return network;
  const all = Object.entries(pattern.pending);
  if (all.length < MOST.pending) return network;
  // The oldest harmless one has had longer than most to prove itself.
  const oldest = all
    .filter(([name, one]) => !one.isSuspect && name !== OTHERS)
    .sort(([, a], [, b]) => a.firstMs - b.firstMs)[0];
  if (oldest === undefined) return OTHERS;
  const [name, pending] = oldest;
  delete pattern.pending[name];
  learnPending(pattern, name, pending);
  return network;
}

function newPending(pattern: Pattern, seen: Sighting, place: Place, silenceMs: number): Pending {
  const hour = new Date(seen.firstMs).getUTCHours();
  const all = pattern.byHour.reduce((sum, n) => sum + n, 0);
  const near = [hour + 23, hour, hour + 1].reduce((sum, h) => sum + (pattern.byHour[h % 24] ?? 0), 0);
  return {
    ...place,
    firstMs: seen.firstMs,
    lastMs: seen.lastMs,
    requests: 0,
    hours: 1,
    refused: 0,
    retired: 0,
    nanoUsd: 0n,
    ips: [],
    agents: {},
    models: {},
    isSuspect: false,
    atOnce: 1,
    countriesAtOnce: 1,
    silenceMs,
    hourShare: all === 0 ? 1 : near / all,
  };
}

const MOST_PENDING_NAMES = 6;

function grow(pattern: Pattern, pending: Pending, seen: Sighting, retired: number): void {
  if (Math.floor(seen.firstMs / 3_600_000) > Math.floor(pending.lastMs / 3_600_000)) pending.hours += 1;
  pending.lastMs = Math.max(pending.lastMs, seen.lastMs);
  pending.requests += seen.requests;
  pending.refused += seen.refused;
  pending.retired += retired;
  pending.nanoUsd += seen.nanoUsd;
  pending.ips = mergeIps(pending.ips, seen.ips);
  addCounts(pending.agents, seen.agents);
  addCounts(pending.models, seen.models);
  const { networks, countries } = atOnceNow(pattern, seen.firstMs);
  pending.atOnce = Math.max(pending.atOnce, networks);
  pending.countriesAtOnce = Math.max(pending.countriesAtOnce, countries);
}

/** Unfamiliar networks of the last hour, and familiar ones that were active within minutes. */
function atOnceNow(pattern: Pattern, nowMs: number): { networks: number; countries: number } {
  const countries = new Set<string>();
  let networks = 0;
  for (const { lastMs, country, isFamiliar } of Object.values(pattern.recent)) {
    if (isFamiliar && lastMs < nowMs - BESIDE_MS) continue;
    networks += 1;
    if (country !== null) countries.add(country);
  }
  return { networks, countries: countries.size };
}

function mergeIps(known: SeenIp[], seen: readonly SeenIp[]): SeenIp[] {
  for (const one of seen) {
    const same = known.find(({ ip }) => ip === one.ip);
    if (same === undefined) {
      known.push({ ...one });
      continue;
    }
    same.requests += one.requests;
    same.nanoUsd += one.nanoUsd;
    same.lastMs = Math.max(same.lastMs, one.lastMs);
  }
  if (known.length <= MOST_IPS) return known;
  return known.sort((a, b) => b.requests - a.requests).slice(0, MOST_IPS);
}

function addCounts(into: Record<string, number>, from: Record<string, number>): void {
  for (const [name, n] of Object.entries(from)) {
    const known = ownOf(into, name);
    if (known === undefined && Object.keys(into).length >= MOST_PENDING_NAMES) continue;
    into[name] = (known ?? 0) + n;
  }
}
