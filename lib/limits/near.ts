import type { Metric } from "./metrics.ts";
import { type LimitTable, limitsOf } from "./resolve.ts";

const OPENS_AT = 0.8;
const STAYS_AT = 0.7;

/** What a key took of a model in one minute (ms epoch). */
export type KeyMinute = {
  minuteMs: number;
  accountId: string;
  accountName: string;
  keyId: string;
  groupId: string;
  model: string;
  requests: number;
  tokens: number;
  images: number;
};

export type NearLimit = {
  /** Which counter: stable, told apart from all others. */
  subject: string;
  accountId: string;
  accountName: string;
  /** Null: the limit is the account's, not one key's. */
  keyId: string | null;
  model: string | null;
  metric: Metric;
  used: number;
  limit: number;
};

/**
 * Limits that are nearly used up: 80 % of one in the last minute opens, and what is open stays so until five minutes
 * passed in which none reached 70 %. `lastMs` is the last whole minute. The fullest first.
 */
export function nearLimits(
  minutes: readonly KeyMinute[],
  table: LimitTable,
  { lastMs, open }: { lastMs: number; open: ReadonlySet<string> },
): NearLimit[] {
  const counters = new Map<string, NearLimit & { byMinute: Map<number, number> }>();
  for (const minute of minutes) {
    const amounts = { rpm: minute.requests, tpm: minute.tokens, ipm: minute.images };
    for (const check of limitsOf(minute, amounts, table)) {
      if (check.shadow) continue;
      const { counter, scope, model, metric, limit, amount } = check;
      const found = counters.get(counter) ?? {
        subject: counter,
        accountId: minute.accountId,
        accountName: minute.accountName,
        keyId: scope === "key" ? minute.keyId : null,
        model,
        metric,
        used: 0,
        limit,

        byMinute: new Map<number, number>(),
      };
      counters.set(counter, found);
      found.byMinute.set(minute.minuteMs, (found.byMinute.get(minute.minuteMs) ?? 0) + amount);
    }
  }
  const near = [...counters.values()].flatMap(({ byMinute, ...found }) => {
    const last = byMinute.get(lastMs) ?? 0;
    const most = Math.max(...byMinute.values());
    const isNear =
      last >= found.limit * OPENS_AT || (open.has(found.subject) && most >= found.limit * STAYS_AT);
    return isNear ? [{ ...found, used: last >= found.limit * OPENS_AT ? last : most }] : [];
  });
  return near.sort((one, other) => shareOf(other) - shareOf(one) || (one.subject < other.subject ? -1 : 1));
}

function shareOf({ used, limit }: NearLimit): number {
  return used / Math.max(1, limit);
}
