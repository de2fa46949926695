import { invalidFields } from "#lib/core/errors";
import { dayMs, hourMs } from "#lib/core/time";

export type IpRange = {
  fromMs: number;
  toMs: number;
  /** "call": the rows of the range are counted; "day": the day rollup's whole days. */
  precision: "call" | "day";
};

/** Ranges of at most this are counted call by call where one thing is asked for, of everybody's calls a shorter one. */
const exactSpanMs = dayMs;
const exactSpanOfAllMs = hourMs;
const defaultSpanMs = 30 * dayMs;

/**
 * The range of a by-IP report. `to` defaults to now, `from` to 30 days before. A short range is exact (a day of one key,
 * account, address or network, an hour of everybody); a longer one is widened to whole UTC days, because only those are
 * summed. Throws 422 for a range that ends before it starts.
 */
export function planIpRange(
  query: Partial<Record<"from" | "to" | "keyId" | "accountId" | "ip" | "cidr", string | undefined>>,
  nowMs: number,
): IpRange {
  const toMs = query.to === undefined ? nowMs : Date.parse(query.to);
  const fromMs = query.from === undefined ? toMs - defaultSpanMs : Date.parse(query.from);
  if (fromMs >= toMs) throw invalidFields({ to: "it must lie after `from`" });
  const isOne = [query.keyId, query.accountId, query.ip, query.cidr].some((one) => one !== undefined);
  if (toMs - fromMs <= (isOne ? exactSpanMs : exactSpanOfAllMs)) return { fromMs, toMs, precision: "call" };
  return { fromMs: fromMs - modulo(fromMs, dayMs), toMs: toMs + modulo(-toMs, dayMs), precision: "day" };
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
