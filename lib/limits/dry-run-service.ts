import { namesOfAccounts } from "#lib/accounts/store";
import { dayMs, hourMs } from "#lib/core/time";
import { type DryRunTally, type LoggedCall, startDryRun } from "./dry-run.ts";
import { type LogPosition, readLoggedCalls, startWithin } from "./dry-run-store.ts";
import type { DryRun, DryRunBody } from "./report-schema.ts";
import type { Limit } from "./resolve.ts";
import { requireScope } from "./service.ts";
import { loadLimits } from "./store.ts";

/** Small enough that the gateway, which shares the process, does not wait for a page to be judged. */
const PAGE = 2_000;
const MOST_ACCOUNTS = 10;
type Budget = { mostCalls: number; mostMs: number };
const usualBudget: Budget = { mostCalls: 200_000, mostMs: 8_000 };

/**
 * What a limit would have refused of the last 24 h, or of as much of it, up to now, as the budget allows. Throws 422
 * for a scope that is not there.
 */
export async function dryRun(body: DryRunBody, now: Date, budget: Budget = usualBudget): Promise<DryRun> {
  const { scope, scopeId = null, model = null, metric, value } = body;
  await requireScope(scope, scopeId);
  const proposed: Limit = { scope, scopeId, model, metric, value };
  const [toMs, dayAgoMs] = [now.getTime(), now.getTime() - dayMs];
  const fromMs = await startWithin(proposed, dayAgoMs, budget.mostCalls);
  const run = startDryRun(proposed, await loadLimits());
  const reachedMs = await takeAll(proposed, { fromMs, toMs }, budget, run.take);
  const isPartial = fromMs > dayAgoMs || reachedMs < toMs;
  return toAnswer(run.tally(), { fromMs, toMs: reachedMs, isPartial });
}

/** Reads calls page by page until all are taken or the budget is used up; how far it came, in ms epoch. */
async function takeAll(
  proposed: Limit,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  { mostCalls, mostMs }: Budget,
  take: (calls: readonly LoggedCall[]) => void,
): Promise<number> {
  const deadline = performance.now() + mostMs;
  let left = mostCalls;
  for (let startMs = fromMs; startMs < toMs; startMs += hourMs) {
    // By the hour, so that no single statement walks a whole day for a rare model.
    const slice = { fromMs: startMs, toMs: Math.min(toMs, startMs + hourMs) };
    let after: LogPosition | undefined;
    for (;;) {
      const { calls, last } = await readLoggedCalls(proposed, slice, after, PAGE);
      take(calls);
      left -= calls.length;
      const isSliceDone = calls.length < PAGE;
      if (left <= 0 || performance.now() > deadline)
        return isSliceDone ? slice.toMs : (calls.at(-1)?.atMs ?? startMs);
      if (isSliceDone) break;
      after = last;
    }
  }
  return toMs;
}

async function toAnswer(
  { byAccount, calls, wouldRefuse, refusedThen }: DryRunTally,
  { fromMs, toMs, isPartial }: { fromMs: number; toMs: number; isPartial: boolean },
): Promise<DryRun> {
  const refused = [...byAccount]
    .filter(([, count]) => count.wouldRefuse > 0)
    .sort(([, one], [, other]) => other.wouldRefuse - one.wouldRefuse);
  const shown = refused.slice(0, MOST_ACCOUNTS);
  const names = await namesOfAccounts(shown.map(([accountId]) => accountId));
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    isPartial,
    calls,
    wouldRefuse,
    refusedThen,
    accounts: shown.map(([accountId, count]) => ({
      accountId,
      name: names.get(accountId) ?? null,
      ...count,
    })),
    accountCount: refused.length,
  };
}
