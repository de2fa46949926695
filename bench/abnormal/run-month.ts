import { networkOf } from "#lib/detection/network";
import type { Weights } from "#lib/detection/weights";
import { settingDefaults } from "#lib/settings/schema";
import type { Call } from "./call.ts";
import { detectorOf, dismiss, type Found } from "./detector.ts";
import { makeInternet } from "./internet.ts";
import { placesOf, type Size, simulate } from "./month.ts";
import { DAY, HOUR } from "./people.ts";
import type { TheftKind } from "./thefts.ts";

export type TheftResult = { kind: TheftKind; victim: string; seconds: number | null };
export type Result = {
  thefts: TheftResult[];
  keyDays: number;
  /** Incidents without a theft, by key. */
  falseByKey: number[];
  falses: { victim: string; found: Found }[];
  naive: { thefts: boolean[]; falses: number };
};

export type Options = { seed: number; size: Size; threshold?: number; weights?: Weights; hasTable?: boolean };

const START_MS = Date.UTC(2026, 2, 2);
/** A theft counts as found when it is found within so long of its second call. */
export const WITHIN_MS = 60_000;
/** When a person answers a false incident with "that was me". */
const DISMISSED_AFTER_MS = 8 * HOUR;

/** A month of keys through the detector, and through "any new /24", scored alike. */
export function runMonth({
  seed,
  size,
  threshold = settingDefaults["incidents.threshold"],
  weights,
  hasTable = true,
}: Options): Result {
  const places = placesOf(makeInternet(seed));
  const rules = { minRequests: 100, minHours: 24, threshold, ...(weights ? { weights } : {}) };
  const result: Result = {
    thefts: [],
    keyDays: 0,
    falseByKey: [],
    falses: [],
    naive: { thefts: [], falses: 0 },
  };
  for (const { keyId, kind, calls, theft } of simulate(seed, size, START_MS)) {
    const detector = detectorOf(
      keyId,
      rules,
      hasTable ? places : () => undefined,
      calls[0]?.atMs ?? START_MS,
    );
    const second = theft?.calls[1]?.atMs ?? Number.NaN;
    let foundAt: number | null = null;
    let falses = 0;
    let waiting: Found | undefined;
    for (const part of hours(calls)) {
      const now = part[0]?.atMs ?? 0;
      if (waiting !== undefined && now > waiting.atMs + DISMISSED_AFTER_MS) {
        dismiss(detector.pattern, waiting.networks);
        waiting = undefined;
      }
      detector.run(part, (found) => {
        if (found.thefts.length > 0) foundAt ??= found.atMs;
        else if (found.isNew) {
          falses += 1;
          waiting = found;
          result.falses.push({ victim: kind, found });
        }
      });
    }
    result.keyDays += size.days;
    result.falseByKey.push(falses);
    const naive = naively(calls);
    result.naive.falses += naive.falses;
    if (theft === undefined) continue;
    const isInTime = foundAt !== null && foundAt <= second + WITHIN_MS;
    const first = theft.calls[0]?.atMs ?? 0;
    result.thefts.push({
      kind: theft.kind,
      victim: kind,
      seconds: isInTime && foundAt !== null ? (foundAt - first) / 1000 : null,
    });
    result.naive.thefts.push(naive.foundAt !== null && naive.foundAt <= second + WITHIN_MS);
  }
  return result;
}

/** "Any /24 that this key has not been seen from": after the same quiet period, at most one incident a day and key. */
function naively(calls: readonly Call[]): { falses: number; foundAt: number | null } {
  const known = new Set<string>();
  const startMs = calls[0]?.atMs ?? 0;
  let [falses, foundAt, quietUntil] = [0, null as number | null, 0];
  for (const [index, call] of calls.entries()) {
    const network = networkOf(call.ip);
    const isNew = !known.has(network) && index >= 100 && call.atMs - startMs >= DAY;
    known.add(network);
    if (!isNew) continue;
    if (call.theft !== undefined) foundAt ??= call.atMs;
    else if (call.atMs > quietUntil) {
      falses += 1;
      quietUntil = call.atMs + DAY;
    }
  }
  return { falses, foundAt };
}

function* hours(calls: readonly Call[]): Generator<Call[]> {
  let part: Call[] = [];
  for (const call of calls) {
    const first = part[0];
    if (first !== undefined && Math.floor(first.atMs / HOUR) !== Math.floor(call.atMs / HOUR)) {
      yield part;
      part = [];
    }
    part.push(call);
  }
  if (part.length > 0) yield part;
}
