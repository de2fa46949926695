import type { SeenIp } from "./sighting.ts";

/** Something a key was seen with. `weight`: requests, fading; `hours`: hours in which it was active, fading alike. */
export type Familiar = { weight: number; hours: number; firstMs: number; lastMs: number };

export type FamiliarNetwork = Familiar & {
  /** AS number as text, or the neighbourhood where no table knows it. */
  area: string;
  areaName: string;
  country: string | null;
  isHosting: boolean | null;
};

/** An unfamiliar network, kept apart from what is learnt until it has proved harmless. */
export type Pending = Omit<FamiliarNetwork, "weight" | "hours"> & {
  requests: number;
  hours: number;
  refused: number;
  retired: number;
  nanoUsd: bigint;
  ips: SeenIp[];
  agents: Record<string, number>;
  models: Record<string, number>;
  /** It was part of what a finding was about: never learnt by itself. */
  isSuspect: boolean;
  /** Largest number of networks and countries within the hour, when it was there. */
  atOnce: number;
  countriesAtOnce: number;
  /** Gap before the key's first call from it, ms; how rare its hour of the day was (0 to 1). */
  silenceMs: number;
  hourShare: number;
};

export const novelties = ["network", "area", "country", "agent", "family", "model", "hosting"] as const;
export type Novelty = (typeof novelties)[number];

/** The finding that is under way: what it was last told with, so that only news is told again. */
export type Episode = { sinceMs: number; lastMs: number; toldMs: number; score: number; networks: number };

/**
 * What is known of how a key is usually used; all counts fade by half in HALF_LIFE_DAYS. Bounded: see the MOST_ below.
 */
export type Pattern = {
  release: 1;
  firstMs: number;
  lastMs: number;
  /** The UTC day that the counts have faded to. */
  day: number;
  /** Never fades: the quiet period of a new key is counted by it. */
  requests: number;
  /** Hours in which the key was active, fading. */
  activeHours: number;
  lastHour: number;
  networks: Record<string, FamiliarNetwork>;
  areas: Record<string, Familiar>;
  countries: Record<string, Familiar>;
  agents: Record<string, Familiar>;
  families: Record<string, Familiar>;
  models: Record<string, Familiar>;
  /** Requests by UTC hour of the day. */
  byHour: number[];
  /** Active hours that brought something new, by kind. */
  novel: Record<Novelty, number>;
  novelHour: Partial<Record<Novelty, number>>;
  /** Active hours by how many networks, and countries, were at it at once (steps of atOnceStep). */
  atOnce: number[];
  countriesAtOnce: number[];
  hosting: { yes: number; no: number };
  refusedShare: number;
  /** The largest ten minutes. */
  pace: { requests: number; nanoUsd: bigint };
  /** What is going on: the last hour's networks, ten minutes of traffic, networks on probation. */
  recent: Record<string, { lastMs: number; country: string | null; isFamiliar: boolean }>;
  minutes: { minute: number; requests: number; refused: number; nanoUsd: bigint }[];
  pending: Record<string, Pending>;
  episode: Episode | null;
};

export const HALF_LIFE_DAYS = 10;
export const MOST = {
  networks: 64,
  areas: 24,
  countries: 16,
  agents: 16,
  families: 12,
  models: 24,
  recent: 48,
  pending: 40,
};

/** Of a key that has not been seen before `atMs` (ms epoch). */
export function emptyPattern(atMs: number): Pattern {
  return {
    release: 1,
    firstMs: atMs,
    lastMs: atMs,
    day: Math.floor(atMs / DAY_MS),
    requests: 0,
    activeHours: 0,
    lastHour: -1,
    networks: {},
    areas: {},
    countries: {},
    agents: {},
    families: {},
    models: {},
    byHour: new Array(24).fill(0),
    novel: { network: 0, area: 0, country: 0, agent: 0, family: 0, model: 0, hosting: 0 },
    novelHour: {},
    atOnce: [0, 0, 0, 0, 0, 0, 0, 0],
    countriesAtOnce: [0, 0, 0, 0],
    hosting: { yes: 0, no: 0 },
    refusedShare: 0,
    pace: { requests: 0, nanoUsd: 0n },
    recent: {},
    minutes: [],
    pending: {},
    episode: null,
  };
}

const DAY_MS = 86_400_000;
