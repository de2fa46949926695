import { Counter, Gauge } from "prom-client";
import { registry } from "#lib/runtime/prometheus";
import { singleton } from "#lib/runtime/singletons";
import type { Check } from "./limiter.ts";
import type { CountingState } from "./node-limiter.ts";
import { type RefusalCount, RefusalCounts } from "./refusals.ts";

/** Notes what limits refuse: figures for /metrics, and counts for the console. */
export type LimitMeter = {
  refused(accountId: string, check: Check): void;
  shadowed(accountId: string, checks: readonly Check[]): void;
  /** Hands over what was counted; keeps it if that fails. */
  flush(write: (counts: readonly RefusalCount[]) => Promise<void>): Promise<void>;
};

/** Counts refusals for /metrics at once and for the console with the next flush. `state`: where limits are counted now. */
export function limitMeter(state: () => CountingState): LimitMeter {
  const counts = new RefusalCounts();
  const figures = singleton("limit-figures", makeFigures);
  figures.state = state;
  return {
    refused(accountId, check) {
      figures.refused.inc({ metric: check.metric, scope: check.scope, shadow: "no" });
      counts.add(accountId, check);
    },
    shadowed(accountId, checks) {
      for (const check of checks) {
        figures.refused.inc({ metric: check.metric, scope: check.scope, shadow: "yes" });
        counts.add(accountId, check);
      }
    },
    async flush(write) {
      const taken = counts.take();
      if (taken.length === 0) return;
      try {
        await write(taken);
      } catch (error) {
        counts.restore(taken);
        throw error;
      }
    },
  };
}

function makeFigures() {
  const made: { refused: Counter<"metric" | "scope" | "shadow">; state?: () => CountingState } = {
    refused: new Counter({
      name: "tollgate_limit_refusals_total",
      help: "calls that a limit refused; shadow: would have refused",
      labelNames: ["metric", "scope", "shadow"],
      registers: [registry()],
    }),
  };
  new Gauge({
    name: "tollgate_limit_engine_away",
    help: "1 while the engine that nodes share does not answer and this node counts by itself",
    registers: [registry()],
    collect() {
      this.set(made.state?.().away ? 1 : 0);
    },
  });
  return made;
}
