import type { Check } from "./limiter.ts";
import type { Metric } from "./metrics.ts";
import { channelLimitsOf, isSameLimit, type Limit, limitsOf, limitTable } from "./resolve.ts";
import { SlidingWindow } from "./window.ts";

/** A call of the log, as far as limits look at it. Times in ms epoch. */
export type LoggedCall = {
  atMs: number;
  accountId: string;
  keyId: string;
  groupId: string;
  channelId: string | null;
  model: string;
  tokens: number;
  images: number;
  /** What a call of its kind makes, by its endpoint. */
  makes: "video" | "audio" | undefined;
  hasFailed: boolean;
  durationMs: number;
  /** A limit refused it, so that what it would have taken besides itself is not known. */
  wasRefused: boolean;
  /** How many calls the row stands for. */
  calls: number;
};

export type DryRunCount = { calls: number; wouldRefuse: number };
export type DryRunTally = DryRunCount & {
  /** Calls under the limit that a limit refused when they came. */
  refusedThen: number;
  byAccount: Map<string, DryRunCount>;
};

/**
 * Runs calls, in the order in which they came, through the engine's own window under a limit that does not stand yet,
 * among those that do. Tokens count as what they were in the end; calls that were refused then had none.
 */
export function startDryRun(proposed: Limit, others: readonly Limit[]) {
  const table = limitTable([...others.filter((limit) => !isSameLimit(limit, proposed)), enforced(proposed)]);
  const counters = new Map<string, Counter>();
  const tally: DryRunTally = { calls: 0, wouldRefuse: 0, refusedThen: 0, byAccount: new Map() };

  function judge(call: LoggedCall): void {
    const amount = amountOf(call, proposed.metric);
    const check = amount > 0 ? checkOf(call, amount) : undefined;
    if (call.wasRefused && (check !== undefined || applies(call))) tally.refusedThen += call.calls;
    if (check === undefined) return;
    const account = tally.byAccount.get(call.accountId) ?? { calls: 0, wouldRefuse: 0 };
    tally.byAccount.set(call.accountId, account);
    for (let index = 0; index < call.calls; index += 1) {
      const isRefused = !takes(check, call);
      for (const count of [tally, account]) {
        count.calls += 1;
        count.wouldRefuse += isRefused ? 1 : 0;
      }
    }
  }

  /** The check of a call that the proposed limit decides; none where another is stricter, or it is not about the call. */
  function checkOf(call: LoggedCall, amount: number): Check | undefined {
    if (proposed.scope === "channel") return channelCheck(call, amount);
    const checks = limitsOf(call, { [proposed.metric]: amount }, table);
    return checks.find(
      (check) => !check.shadow && check.scope === proposed.scope && check.model === proposed.model,
    );
  }

  function channelCheck(call: LoggedCall, amount: number): Check | undefined {
    if (call.channelId === null || call.channelId !== proposed.scopeId) return undefined;
    const on = { channelId: call.channelId, model: call.model };
    const checks = channelLimitsOf(on, { [proposed.metric]: amount }, table);
    return checks.find((check) => !check.shadow && check.model === proposed.model);
  }

  function applies(call: LoggedCall): boolean {
    return checkOf(call, 1) !== undefined;
  }

  function takes(check: Check, call: LoggedCall): boolean {
    const counter = counters.get(check.counter) ?? { window: new SlidingWindow(), ends: [] };
    counters.set(check.counter, counter);
    if (check.metric === "concurrency") return takesPlace(counter, check.limit, call);
    if (check.amount > check.limit || counter.window.fitsInMs(check.amount, check.limit, call.atMs) > 0)
      return false;
    counter.window.add(check.amount, check.limit, call.atMs);
    return true;
  }

  return {
    /** Calls in order; later ones may follow in another call of this function. */
    take(calls: readonly LoggedCall[]): void {
      for (const call of calls) judge(call);
    },
    tally: () => tally,
  };
}

type Counter = { window: SlidingWindow; ends: number[] };

function takesPlace(counter: Counter, limit: number, call: LoggedCall): boolean {
  counter.ends = counter.ends.filter((endMs) => endMs > call.atMs);
  if (counter.ends.length >= limit) return false;
  counter.ends.push(call.atMs + call.durationMs);
  return true;
}

function amountOf(call: LoggedCall, metric: Metric): number {
  if (metric === "rpm") return 1;
  if (metric === "concurrency") return call.wasRefused ? 0 : 1;
  if (metric === "tpm") return call.tokens;
  if (metric === "ipm") return call.images;
  // One each; a call that failed for another reason than a limit has made none.
  if (call.hasFailed && !call.wasRefused) return 0;
  return call.makes === (metric === "vpm" ? "video" : "audio") ? 1 : 0;
}

function enforced(limit: Limit): Limit {
  const { shadow, ends, ...rest } = limit;
  return rest;
}
