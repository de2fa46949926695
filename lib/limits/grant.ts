import type { Limit } from "./resolve.ts";

/** A limit's row: its own value, and what a grant puts in its place until a moment. */
export type StoredValues = {
  value: bigint | null;
  shadow: boolean;
  granted: bigint | null;
  grantedUntil: Date | null;
};

type Named = Pick<Limit, "scope" | "scopeId" | "model" | "metric">;

/** What a row limits at `nowMs` (ms epoch), with the end of its grant where one runs; null: nothing. */
export function standingLimit(named: Named, stored: StoredValues, nowMs: number): Limit | null {
  const { granted, grantedUntil, shadow } = stored;
  const own = stored.value === null ? null : Number(stored.value);
  const marked = shadow ? { ...named, shadow } : named;
  if (granted !== null && grantedUntil !== null && grantedUntil.getTime() > nowMs) {
    return { ...marked, value: Number(granted), ends: { atMs: grantedUntil.getTime(), afterwards: own } };
  }
  return own === null ? null : { ...marked, value: own };
}

/** What a limit is once its grant has ended; null: there is none any more. */
export function afterEnd(limit: Limit): Limit | null {
  const { ends, ...rest } = limit;
  if (ends === undefined) return limit;
  return ends.afterwards === null ? null : { ...rest, value: ends.afterwards };
}

/** When the next grant among the limits ends (ms epoch); Infinity: none does. */
export function nextEndMs(limits: readonly Limit[]): number {
  return limits.reduce((next, { ends }) => Math.min(next, ends?.atMs ?? next), Number.POSITIVE_INFINITY);
}
