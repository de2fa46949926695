import { presets, rangeEnds } from "../data-table/time-range.ts";

type Given = { range: string | null; from: string | null; to: string | null };

/** `from` and `to` of the audit log. Nothing chosen asks for all of it: changes are few, and old ones matter. */
export function auditEnds({ range, from, to }: Given, nowMs: number): { from?: string; to?: string } {
  const preset = presets.find((each) => each === range) ?? null;
  if (preset === null && from === null && to === null) return {};
  return rangeEnds({ range: preset, from, to }, nowMs);
}
