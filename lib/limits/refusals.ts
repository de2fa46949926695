import type { Check } from "./limiter.ts";

/** How often one limit refused one account, or would have. */
export type RefusalCount = Pick<Check, "scope" | "scopeId" | "model" | "metric" | "shadow"> & {
  accountId: string;
  count: number;
};

/** So many limits and accounts are told apart between two writings; a flood of others is left uncounted. */
const MOST_KEPT = 50_000;

/** Counts refusals in memory until they are taken away to be written. */
export class RefusalCounts {
  private counts = new Map<string, RefusalCount>();

  add(accountId: string, { scope, scopeId, model, metric, shadow }: Check): void {
    const key = `${accountId} ${scope} ${scopeId} ${metric} ${shadow} ${model}`;
    const known = this.counts.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.counts.size < MOST_KEPT) {
      this.counts.set(key, { accountId, scope, scopeId, model, metric, shadow, count: 1 });
    }
  }

  /** What was counted since the last time. */
  take(): RefusalCount[] {
    const taken = [...this.counts.values()];
    this.counts = new Map();
    return taken;
  }

  /** Puts back what could not be written. */
  restore(counts: readonly RefusalCount[]): void {
    for (const { count, ...rest } of counts) {
      const { accountId, scope, scopeId, metric, shadow, model } = rest;
      const key = `${accountId} ${scope} ${scopeId} ${metric} ${shadow} ${model}`;
      const known = this.counts.get(key);
      if (known !== undefined) known.count += count;
      else this.counts.set(key, { ...rest, count });
    }
  }
}
