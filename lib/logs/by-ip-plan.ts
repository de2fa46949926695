import { invalidFields } from "#lib/core/errors";
import { dayMs } from "#lib/core/time";

export type IpRange = {
  fromMs: number;
  toMs: number;
  /** "call": the rows of the range are counted; "day": the day rollup's whole days. */
  precision: "call" | "day";
};

/** A range that is given and at most this long is counted call by call; longer ones by the day. */
export const exactSpanMs = dayMs;
const defaultSpanMs = 30 * dayMs;

/**
 * The range of a by-IP report. `to` defaults to now, `from` to 30 days before. A short range is exact; a longer one
 * is widened to whole UTC days, because only those are summed. Throws 422 for a range that ends before it starts.
 */
export function planIpRange(
  query: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
): IpRange {
  const toMs = query.to === undefined ? nowMs : Date.parse(query.to);
  const fromMs = query.from === undefined ? toMs - defaultSpanMs : Date.parse(query.from);
  if (fromMs >= toMs) throw invalidFields({ to: "it must lie after `from`" });
  if (toMs - fromMs <= exactSpanMs) return { fromMs, toMs, precision: "call" };
  return { fromMs: fromMs - modulo(fromMs, dayMs), toMs: toMs + modulo(-toMs, dayMs), precision: "day" };
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
