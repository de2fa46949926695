import type { LogPage } from "#lib/logs/schema";

type Ends = { from?: string; to?: string };
type Reach = Pick<LogPage, "to" | "keptSince" | "keptDays">;

/** What is to be said of a range: `day` is the first that the log has, `time` where a list without an end ends. */
export type ReachNote =
  | { kind: "gone"; day: string; days: number }
  | { kind: "begins" | "noStart"; day: string }
  | { kind: "noEnd"; time: string };

/**
 * What a range means that has an end missing, or that begins before the log does: because older rows are gone by
 * retention, or because there never were any. A preset's end is now, which needs no words.
 */
export function reachNotes(ends: Ends, isPreset: boolean, reach: Reach, nowMs: number): ReachNote[] {
  const { keptSince, keptDays, to } = reach;
  const notes: ReachNote[] = [];
  if (ends.to === undefined && !isPreset) notes.push({ kind: "noEnd", time: to });
  if (keptSince === null) return notes;
  if (ends.from === undefined) notes.push({ kind: "noStart", day: keptSince });
  else if (Date.parse(ends.from) < Date.parse(keptSince)) {
    const isGone = keptDays !== null && Date.parse(ends.from) < nowMs - keptDays * 86_400_000;
    notes.push(
      isGone ? { kind: "gone", day: keptSince, days: keptDays } : { kind: "begins", day: keptSince },
    );
  }
  return notes;
}
