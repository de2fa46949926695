/** What a time range in the URL can be: a preset that moves with the clock, or two fixed ends. */
export const presets = ["15m", "1h", "24h", "7d", "30d"] as const;
export type Preset = (typeof presets)[number];
export const defaultPreset: Preset = "24h";

export type TimeRange = { range: Preset | null; from: string | null; to: string | null };

const lengthsMs: Record<Preset, number> = {
  "15m": 15 * 60_000,
  "1h": 3_600_000,
  "24h": 24 * 3_600_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
};

/**
 * The API's `from` and `to` of a range. Fixed ends beat a preset. A preset has no `to`, and its `from` is cut to
 * the minute (an hour for days), so that the same page asks the same question and the cache can answer.
 */
export function rangeEnds(range: TimeRange, nowMs: number): { from?: string; to?: string } {
  if (range.from !== null || range.to !== null) {
    return {
      ...(range.from === null ? {} : { from: range.from }),
      ...(range.to === null ? {} : { to: range.to }),
    };
  }
  const lengthMs = lengthsMs[range.range ?? defaultPreset];
  const grainMs = lengthMs >= 7 * 86_400_000 ? 3_600_000 : 60_000;
  return { from: new Date(Math.floor((nowMs - lengthMs) / grainMs) * grainMs).toISOString() };
}

/** A `datetime-local` value of the browser's own zone for an ISO time, and back; null where there is none. */
export function toLocalInput(iso: string | null): string {
  if (iso === null || Number.isNaN(Date.parse(iso))) return "";
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocalInput(text: string): string | null {
  const date = new Date(text);
  return text === "" || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
