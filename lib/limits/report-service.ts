import { findAccount } from "#lib/accounts/store";
import { notFound } from "#lib/core/errors";
import { dayMs, hourMs, minuteMs } from "#lib/core/time";
import { afterEnd } from "./grant.ts";
import { historyOf, type TakenMinute, takenIn } from "./history.ts";
import type { Check } from "./limiter.ts";
import type { Metric } from "./metrics.ts";
import { readPeakMinutes } from "./peak-store.ts";
import type { HistoryQuery, LimitHistory } from "./report-schema.ts";
import { readRefusedMinutes, readUsedMinutes } from "./report-store.ts";
import { isSameLimit, type Limit, limitsOf, limitTable } from "./resolve.ts";
import { loadLimits } from "./store.ts";

const spans = {
  "24h": { lengthMs: dayMs, stepMs: 15 * minuteMs },
  "7d": { lengthMs: 7 * dayMs, stepMs: hourMs },
};

/** How full an account's (or key's) minutes were beside the limit that applies now. Throws 404. */
export async function limitHistory(query: HistoryQuery, now: Date): Promise<LimitHistory> {
  const { accountId, keyId, model, metric, span } = query;
  const limit = (await limitOfAccount({ accountId, keyId, model: model ?? null, metric }))?.limit ?? null;
  const { lengthMs, stepMs } = spans[span];
  const toMs = Math.floor(now.getTime() / stepMs) * stepMs + stepMs;
  const fromMs = toMs - lengthMs;
  const { minutes, refused } = await minutesOf(query, new Date(fromMs));
  const points = historyOf(minutes, refused, { fromMs, toMs, stepMs });
  return {
    step: stepMs / 1000,
    limit,
    peak: points.reduce((most, { peak }) => Math.max(most, peak), 0),
    points: points.map(({ atMs, peak, refused }) => ({ t: new Date(atMs).toISOString(), peak, refused })),
  };
}

/** What an account (or key) took of a metric in each minute since a moment, and how many calls limits refused then. */
export async function minutesOf(
  whose: { accountId: string; keyId?: string | undefined; model?: string | undefined; metric: Metric },
  since: Date,
): Promise<{ minutes: TakenMinute[]; refused: { minuteMs: number; refused: number }[] }> {
  const refused = await readRefusedMinutes(whose, since);
  const { metric } = whose;
  if (metric === "concurrency") {
    const peaks = await readPeakMinutes(whose, since);
    return { minutes: peaks.map(({ minuteMs, running }) => ({ minuteMs, taken: running })), refused };
  }
  const refusedIn = new Map(refused.map((minute) => [minute.minuteMs, minute.refused]));
  const minutes = (await readUsedMinutes(whose, since)).map((minute) => ({
    minuteMs: minute.minuteMs,
    taken: takenIn(metric, minute, refusedIn.get(minute.minuteMs) ?? 0),
  }));
  return { minutes, refused };
}

type Whose = { accountId: string; keyId?: string | undefined; model: string | null; metric: Metric };

type Options = {
  /** As if the account had no limit of its own there, or none granted. */
  without?: "own" | "grant";
  /** In place of those that stand. */
  limits?: readonly Limit[];
};

/**
 * The limit that an account's calls (or with `keyId` a key's) are under on a model, or on all together (null). Throws 404
 * for an unknown account.
 */
export async function limitOfAccount(
  { accountId, keyId, model, metric }: Whose,
  { without, limits }: Options = {},
): Promise<Check | undefined> {
  const account = await findAccount(accountId);
  if (account === undefined) throw notFound("account");
  const own = { scope: "account", scopeId: accountId, model, metric } as const;
  const counted = (limits ?? (await loadLimits())).flatMap((limit) => {
    if (without === undefined || !isSameLimit(limit, own)) return limit;
    return without === "grant" ? (afterEnd(limit) ?? []) : [];
  });
  const checks = limitsOf(
    { accountId, groupId: account.group, keyId: keyId ?? "", model: model ?? "" },
    { [metric]: 1 },
    limitTable(counted),
  );
  const fitting = checks.filter(
    (check) => !check.shadow && check.model === model && (check.scope === "key") === (keyId !== undefined),
  );
  return fitting[0];
}
