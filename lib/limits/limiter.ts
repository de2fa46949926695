import type { Metric, Scope } from "./metrics.ts";

/** One limit that applies to one call: which counter, how much may be in it, how much the call takes. */
export type Check = {
  counter: string;
  metric: Metric;
  scope: Scope;
  /** null: the limit is on all models together. */
  model: string | null;
  limit: number;
  amount: number;
};

/** How a counter stands after a decision. */
export type Level = { check: Check; used: number; resetMs: number };

/** What a call has taken; needed to correct and to give back. Plain data. */
export type Ticket = { check: Check; cell: number }[];

export type Decision =
  | { taken: true; ticket: Ticket; levels: readonly Level[] }
  | {
      taken: false;
      /** The check that stands longest in the way. */
      level: Level;
      /** When this very call fits, ≤ 60 s; null: it is larger than the limit itself and never will. */
      retryAfterMs: number | null;
      levels: readonly Level[];
    };

/** Counts what limits are on. Two engines behind it, one suite of tests (engines.test.ts). */
export type Limiter = {
  /** Takes all checks or none of them. */
  take(checks: readonly Check[]): Decision | Promise<Decision>;
  /** As if the call had never been: what was taken is free again. */
  cancel(ticket: Ticket): void;
  /** What a metric took in truth, e.g. tokens: counted in the second that it was taken in. */
  correct(ticket: Ticket, metric: Metric, amount: number): void;
  /** The call has ended, however it did: what limits running calls is free again. Once per ticket. */
  release(ticket: Ticket): void;
  /** How counters stand now, for gauges; a counter without anything in it is at 0. */
  levels(checks: readonly Check[]): readonly Level[] | Promise<readonly Level[]>;
};
