import type { Check } from "./limiter.ts";
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
  videos: number;
  audios: number;
};

/** The most calls at once in one minute (ms epoch) under a limit: of a key, or ("") of the account; on a model, or on all. */
export type RunningMinute = Pick<
  KeyMinute,
  "minuteMs" | "accountId" | "accountName" | "keyId" | "groupId"
> & {
  model: string | null;
  running: number;
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
 * passed in which none reached 70 %. `lastMs` is the last whole minute. The fullest first. What keys took is summed; of
 * calls at once `running` tells what each limit counted.
 */
export function nearLimits(
  minutes: readonly KeyMinute[],
  table: LimitTable,
  { lastMs, open, running }: { lastMs: number; open: ReadonlySet<string>; running: readonly RunningMinute[] },
): NearLimit[] {
  const counters = new Map<string, Counter>();
  for (const minute of minutes) {
    const { requests, tokens, images, videos, audios } = minute;
    const amounts = { rpm: requests, tpm: tokens, ipm: images, vpm: videos, apm: audios };
    for (const check of limitsOf(minute, amounts, table)) {
      if (check.shadow) continue;
      const { byMinute } = counterOf(check, minute);
      byMinute.set(minute.minuteMs, (byMinute.get(minute.minuteMs) ?? 0) + check.amount);
    }
  }
  for (const minute of running) {
    const { keyId, model } = minute;
    const check = limitsOf({ ...minute, model: model ?? "" }, { concurrency: 1 }, table).find(
      (one) => !one.shadow && one.model === model && (one.scope === "key") === (keyId !== ""),
    );
    if (check !== undefined) counterOf(check, minute).byMinute.set(minute.minuteMs, minute.running);
  }
  const near = [...counters.values()].flatMap(({ byMinute, ...found }) => {
    const last = byMinute.get(lastMs) ?? 0;
    const most = Math.max(...byMinute.values());
    const isNear =
      last >= found.limit * OPENS_AT || (open.has(found.subject) && most >= found.limit * STAYS_AT);
    return isNear ? [{ ...found, used: last >= found.limit * OPENS_AT ? last : most }] : [];
  });
  return near.sort((one, other) => shareOf(other) - shareOf(one) || (one.subject < other.subject ? -1 : 1));

  function counterOf(
    { counter, scope, model, metric, limit }: Check,
    { accountId, accountName, keyId }: Pick<KeyMinute, "accountId" | "accountName" | "keyId">,
  ): Counter {
    const known = counters.get(counter);
    if (known !== undefined) return known;
    const made = {
      ...{ subject: counter, accountId, accountName, keyId: scope === "key" ? keyId : null },
      ...{ model, metric, used: 0, limit, byMinute: new Map<number, number>() },
    };
    counters.set(counter, made);
    return made;
  }
}

type Counter = NearLimit & { byMinute: Map<number, number> };

function shareOf({ used, limit }: NearLimit): number {
  return used / Math.max(1, limit);
}
