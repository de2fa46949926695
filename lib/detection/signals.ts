import { ownOf } from "#lib/core/own";
import { familyOf } from "./agent.ts";
import type { Novelty, Pattern, Pending } from "./pattern.ts";
import { atOnceStep, bitsOf, mostAtOnce, shareFrom } from "./surprise.ts";
import { prior, type SignalKind, type Weights } from "./weights.ts";

/** One reason of a score: how many points it gives, and the figures that its words are made of. */
export type Signal = { kind: SignalKind; weight: number; figures: Record<string, string | number> };

/** What a call did, wherever it came from. */
type Use = Pick<Pending, "agents" | "models" | "retired">;

/** How a pattern is judged: `trials` are the hours that something could have been new in (see trialsOf). */
export type Judging = { weights: Weights; trials: number };

/**
 * How often something could have been new: the key's active hours. Where the operator wants keys judged before they are a
 * day old (minHours below 24), requests count for the hours that are missing.
 */
export function trialsOf({ activeHours, requests }: Pattern, minHours: number): number {
  const missing = Math.max(0, 1 - minHours / 24);
  return Math.max(activeHours, missing * Math.min(MOST_FOR_HOURS, Math.max(LEAST_FOR_HOURS, requests)));
}
const LEAST_FOR_HOURS = 20;
const MOST_FOR_HOURS = 200;

/** What speaks against an unfamiliar network. Scores add up; see docs/abnormal-charges.md for each formula. */
export function signalsOf(
  pattern: Pattern,
  network: string,
  of: Pending,
  { weights, trials }: Judging,
): Signal[] {
  const found: Signal[] = [];
  const tell = teller(found, weights);
  tellPlace(tell, pattern, network, of, trials);
  tellUse(tell, pattern, of, true, trials);
  tell("networks_at_once", atOnceBits(pattern, of.atOnce, trials), { networks: of.atOnce });
  if (of.countriesAtOnce > 1) {
    const bits = bitsOf(
      shareFrom(
        pattern.countriesAtOnce,
        Math.min(of.countriesAtOnce, 4) - 1,
        0.1,
        trials - pattern.activeHours,
      ),
    );
    tell("far_apart", bits, { countries: of.countriesAtOnce, country: of.country ?? "" });
  }
  if (of.hourShare < RARE_SHARE)
    tell("rare_hour", bitsOf(of.hourShare / RARE_SHARE + 0.05), { hour: new Date(of.firstMs).getUTCHours() });
  if (of.silenceMs > SILENCE_MS)
    tell("silence", Math.log2(of.silenceMs / SILENCE_MS) + 1, { days: Math.round(of.silenceMs / DAY_MS) });
  tellPace(tell, pattern);
  return found;
}

/** How seldom so many are at it within an hour; many times more than ever adds to it. */
function atOnceBits(pattern: Pattern, networks: number, trials: number): number {
  const rare = Math.min(
    MOST_RARE,
    bitsOf(shareFrom(pattern.atOnce, atOnceStep(networks), 0.3, trials - pattern.activeHours)),
  );
  const most = Math.max(1, mostAtOnce(pattern.atOnce));
  return rare + Math.max(0, Math.log2(networks / (4 * most)));
}
const MOST_RARE = 5;

/** What a familiar network did that it never does. */
export function signalsOfFamiliar(pattern: Pattern, use: Use, { weights, trials }: Judging): Signal[] {
  const found: Signal[] = [];
  const tell = teller(found, weights);
  tellUse(tell, pattern, use, false, trials);
  tellPace(tell, pattern);
  return found;
}

/** The sum of the signals' points, 0 to 100. */
export function scoreOf(signals: readonly Signal[]): number {
  const sum = signals.reduce((points, { weight }) => points + weight, 0);
  return Math.round(Math.min(100, Math.max(0, sum)));
}

/** Below this share of the key's calls an hour of the day is a rare one (with the hours before and after it). */
const RARE_SHARE = 0.02;
const DAY_MS = 86_400_000;
const SILENCE_MS = 10 * DAY_MS;
/** Ten minutes below this are no burst, whatever is usual. */
const LEAST = { requests: 20, nanoUsd: 200_000_000n, refused: 10 };

type Tell = (kind: SignalKind, bits: number, figures: Signal["figures"]) => void;

function teller(into: Signal[], weights: Weights): Tell {
  return (kind, bits, figures) => {
    const { perBit, cap } = weights[kind];
    const points = perBit < 0 ? perBit * bits : Math.min(cap, perBit * bits);
    const weight = Math.round(points * 10) / 10;
    if (weight !== 0) into.push({ kind, weight, figures });
  };
}

/** The narrower part alone where the wider is known: who calls from a new country calls from a new network too. */
function tellPlace(tell: Tell, pattern: Pattern, network: string, of: Pending, trials: number): void {
  const areaName = of.areaName;
  const { country } = of;
  tell("new_network", rarity(pattern, "network", trials), { network, areaName, country: country ?? "" });
  if (pattern.areas[of.area] === undefined)
    tell("new_area", rarity(pattern, "area", trials), {
      area: of.area,
      areaName: areaName === "" ? of.area : areaName,
    });
  if (country !== null && pattern.countries[country] === undefined)
    tell("new_country", rarity(pattern, "country", trials), { country });
  if (of.isHosting === null) return;
  const { yes, no } = pattern.hosting;
  const known = of.isHosting ? yes : no;
  if (known < 0.5)
    tell("new_hosting", rarity(pattern, "hosting", trials), {
      isHosting: of.isHosting ? 1 : 0,
      areaName,
      hours: Math.round(yes + no),
    });
}

function tellUse(tell: Tell, pattern: Pattern, of: Use, isUnfamiliar: boolean, trials: number): void {
  tellAgents(tell, pattern, of, isUnfamiliar, trials);
  let [rarest, most] = ["", 0];
  for (const model of Object.keys(of.models)) {
    const known = ownOf(pattern.models, model);
    const bits =
      known === undefined
        ? rarity(pattern, "model", trials)
        : bitsOf(known.hours / (0.02 * pattern.activeHours + 0.01));
    if (bits > most) [rarest, most] = [model, bits];
  }
  if (most > 0) tell("new_model", most, { model: rarest });
  if (of.retired > 0) tell("retired_secret", isUnfamiliar ? 8 : 2, { requests: of.retired });
}

function tellAgents(
  tell: Tell,
  pattern: Pattern,
  { agents }: Use,
  isUnfamiliar: boolean,
  trials: number,
): void {
  let worst: { kind: "new_client" | "new_version"; bits: number; agent: string } | undefined;
  let isUsual = true;
  for (const agent of Object.keys(agents)) {
    if (ownOf(pattern.agents, agent) !== undefined) continue;
    isUsual = false;
    const isNewFamily = ownOf(pattern.families, familyOf(agent)) === undefined;
    const bits = rarity(pattern, isNewFamily ? "family" : "agent", trials);
    if (worst === undefined || bits > worst.bits)
      worst = { kind: isNewFamily ? "new_client" : "new_version", bits, agent };
  }
  if (worst !== undefined) tell(worst.kind, worst.bits, { agent: worst.agent });
  // The more clients a key knows, the less it says that this is one of them.
  else if (isUnfamiliar && isUsual)
    tell("usual_client", (8 / Object.keys(pattern.agents).length + 2) * (pattern.activeHours / trials), {});
}

/** Ten minutes against the largest ten minutes that this key has had. */
function tellPace(tell: Tell, pattern: Pattern): void {
  const { requests, refused, nanoUsd } = tenMinutes(pattern);
  if (requests > LEAST.requests) {
    const times = requests / Math.max(pattern.pace.requests, LEAST.requests / 2);
    if (times > 1.5) tell("pace", Math.log2(times), { times: Math.round(times * 10) / 10, requests });
  }
  if (nanoUsd > LEAST.nanoUsd) {
    const usual = pattern.pace.nanoUsd > LEAST.nanoUsd / 2n ? pattern.pace.nanoUsd : LEAST.nanoUsd / 2n;
    const times = Number((nanoUsd * 10n) / usual) / 10;
    if (times > 1.5) tell("spend", Math.log2(times), { times, nanoUsd: nanoUsd.toString() });
  }
  if (refused >= LEAST.refused) {
    const usual = pattern.refusedShare / Math.max(1, pattern.requests);
    tell("refused", bitsOf(usual + 0.02), { requests: refused });
  }
}

/** All that the key did within the last ten minutes. */
export function tenMinutes(pattern: Pattern): { requests: number; refused: number; nanoUsd: bigint } {
  const sum = { requests: 0, refused: 0, nanoUsd: 0n };
  for (const minute of pattern.minutes) {
    sum.requests += minute.requests;
    sum.refused += minute.refused;
    sum.nanoUsd += minute.nanoUsd;
  }
  return sum;
}

/** Bits of surprise at something new: how seldom an hour of this key brings something new of the kind. */
function rarity(pattern: Pattern, kind: Novelty, trials: number): number {
  return bitsOf((pattern.novel[kind] + prior[kind]) / (trials + 1));
}
