import { ownOf } from "#lib/core/own";
import { familyOf } from "./agent.ts";
import { type Familiar, HALF_LIFE_DAYS, MOST, type Novelty, type Pattern, type Pending } from "./pattern.ts";
import type { Sighting } from "./sighting.ts";
import { atOnceStep } from "./surprise.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** An hour counts as busy for this long; what goes on now is what happened within it. */
export const RECENT_MS = HOUR_MS;
/** A network that nobody complained of is learnt after this. */
export const PROBATION_MS = DAY_MS;
/** What has faded below this is forgotten. */
const FORGOTTEN = 0.05;
/** A network that was not used for so long is one like any other. */
const LEFT_MS = 35 * DAY_MS;

/** Lets all counts fade to the day of `atMs`. */
export function fade(pattern: Pattern, atMs: number): void {
  const day = Math.floor(atMs / DAY_MS);
  if (day <= pattern.day) return;
  const keep = 0.5 ** ((day - pattern.day) / HALF_LIFE_DAYS);
  pattern.day = day;
  pattern.activeHours *= keep;
  pattern.refusedShare *= keep;
  for (const kind of Object.keys(pattern.novel) as Novelty[]) pattern.novel[kind] *= keep;
  for (const list of [pattern.byHour, pattern.atOnce, pattern.countriesAtOnce]) {
    for (const [index, count] of list.entries()) list[index] = count * keep;
  }
  pattern.hosting = { yes: pattern.hosting.yes * keep, no: pattern.hosting.no * keep };
  pattern.pace = fadeAmounts(pattern.pace, keep);
  for (const kind of ["networks", "areas", "countries", "agents", "families", "models"] as const) {
    const known: Record<string, Familiar> = pattern[kind];
    for (const [name, one] of Object.entries(known)) {
      one.weight *= keep;
      one.hours *= keep;
      const isLeft = kind === "networks" && one.lastMs < atMs - LEFT_MS;
      if (one.hours < FORGOTTEN || isLeft) delete known[name];
    }
  }
}

function fadeAmounts({ requests, nanoUsd }: Pattern["pace"], keep: number): Pattern["pace"] {
  const thousandths = BigInt(Math.round(keep * 1000));
  return { requests: requests * keep, nanoUsd: (nanoUsd * thousandths) / 1000n };
}

/** Opens the hour of `atMs`, and counts how many networks were at it at once in the one before. */
export function turnHour(pattern: Pattern, atMs: number): void {
  const hour = Math.floor(atMs / HOUR_MS);
  if (hour <= pattern.lastHour) return;
  if (pattern.lastHour >= 0) countAtOnce(pattern);
  pattern.lastHour = hour;
  pattern.activeHours += 1;
}

function countAtOnce(pattern: Pattern): void {
  const since = pattern.lastMs - RECENT_MS;
  const countries = new Set<string>();
  let networks = 0;
  for (const [network, { lastMs, country }] of Object.entries(pattern.recent)) {
    if (lastMs < since || pattern.pending[network]?.isSuspect) continue;
    networks += 1;
    if (country !== null) countries.add(country);
  }
  if (networks > 0) add(pattern.atOnce, atOnceStep(networks), 1);
  if (countries.size > 0) add(pattern.countriesAtOnce, Math.min(countries.size, 4) - 1, 1);
}

/** Learns what a familiar network did (or any network of a key that is new itself). */
export function learnSighting(pattern: Pattern, seen: Sighting, place: Place): void {
  learnPlace(pattern, seen.network, place, seen.requests, 1, seen.firstMs, seen.lastMs);
  learnUse(pattern, seen, seen.firstMs);
}

export type Place = { area: string; areaName: string; country: string | null; isHosting: boolean | null };

/** Learns a network whose probation is over, with all that it did. */
export function learnPending(pattern: Pattern, network: string, pending: Pending): void {
  const { requests, hours, firstMs, lastMs } = pending;
  learnPlace(pattern, network, pending, requests, hours, firstMs, lastMs);
  learnUse(pattern, pending, firstMs);
  if (pending.atOnce > 1) add(pattern.atOnce, atOnceStep(pending.atOnce), 0.5);
}

function learnPlace(
  pattern: Pattern,
  network: string,
  place: Place,
  requests: number,
  hours: number,
  firstMs: number,
  lastMs: number,
): void {
  const { area, areaName, country, isHosting } = place;
  const use = { requests, hours, firstMs, lastMs };
  const known = pattern.networks[network];
  if (known !== undefined) Object.assign(known, { area, areaName, country, isHosting });
  meet(pattern, "network", network, use);
  const added = pattern.networks[network];
  if (added !== undefined && known === undefined)
    Object.assign(added, { area, areaName, country, isHosting });
  meet(pattern, "area", area, use);
  if (country !== null) meet(pattern, "country", country, use);
  if (isHosting === null) return;
  const kind = isHosting ? "yes" : "no";
  if (pattern.hosting[kind] < 0.5) novel(pattern, "hosting", firstMs);
  pattern.hosting[kind] += Math.min(hours, 1);
}

function learnUse(
  pattern: Pattern,
  seen: Pick<Sighting, "requests" | "refused" | "agents" | "models" | "lastMs">,
  firstMs: number,
): void {
  const use = { hours: 1, firstMs, lastMs: seen.lastMs };
  for (const [agent, requests] of Object.entries(seen.agents)) {
    meet(pattern, "agent", agent, { ...use, requests });
    meet(pattern, "family", familyOf(agent), { ...use, requests });
  }
  for (const [model, requests] of Object.entries(seen.models))
    meet(pattern, "model", model, { ...use, requests });
  add(pattern.byHour, Math.floor(firstMs / HOUR_MS) % 24, seen.requests);
  pattern.refusedShare += seen.refused;
}

const LISTS = {
  network: ["networks", MOST.networks],
  area: ["areas", MOST.areas],
  country: ["countries", MOST.countries],
  agent: ["agents", MOST.agents],
  family: ["families", MOST.families],
  model: ["models", MOST.models],
} as const;

type Use = { requests: number; hours: number; firstMs: number; lastMs: number };

function meet(pattern: Pattern, kind: keyof typeof LISTS, name: string, use: Use): void {
  const [list, most] = LISTS[kind];
  const known: Record<string, Familiar> = pattern[list];
  const one = ownOf(known, name);
  if (one === undefined) {
    novel(pattern, kind, use.firstMs);
    makeRoom(known, most);
    known[name] = { weight: use.requests, hours: use.hours, firstMs: use.firstMs, lastMs: use.lastMs };
    return;
  }
  if (Math.floor(one.lastMs / HOUR_MS) < Math.floor(use.firstMs / HOUR_MS)) one.hours += use.hours;
  one.weight += use.requests;
  one.lastMs = Math.max(one.lastMs, use.lastMs);
  one.firstMs = Math.min(one.firstMs, use.firstMs);
}

/** The least used goes. */
function makeRoom(known: Record<string, Familiar>, most: number): void {
  const names = Object.keys(known);
  if (names.length < most) return;
  let least: string | undefined;
  for (const name of names) {
    const [one, best] = [known[name], least === undefined ? undefined : known[least]];
    if (
      one !== undefined &&
      (best === undefined || one.hours < best.hours || (one.hours === best.hours && one.lastMs < best.lastMs))
    )
      least = name;
  }
  if (least !== undefined) delete known[least];
}

/** An hour brought something new of this kind; one counts however much of it came. */
function novel(pattern: Pattern, kind: Novelty, atMs: number): void {
  const hour = Math.floor(atMs / HOUR_MS);
  // A key's first hour is all news.
  if (hour <= Math.floor(pattern.firstMs / HOUR_MS) || hour <= (pattern.novelHour[kind] ?? -1)) return;
  pattern.novelHour[kind] = hour;
  pattern.novel[kind] += 1;
}

function add(list: number[], index: number, n: number): void {
  list[index] = (list[index] ?? 0) + n;
}
