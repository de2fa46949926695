import type { Metric, Scope } from "./metrics.ts";

/** One limit that applies to one call: which counter, how much may be in it, how much the call takes. */
export type Check = {
  counter: string;
  /** The account or channel whose counters these are. All checks that are taken together have the same one. */
  owner: string;
  metric: Metric;
  scope: Scope;
  /** Of which group, account, key or channel the limit is; null: the default. */
  scopeId: string | null;
  /** null: the limit is on all models together. */
  model: string | null;
  limit: number;
  amount: number;
  /** The part of `amount` that the call asks for; what is guessed above it never makes a call too large. */
  least: number;
  /** Counted as if it refused, refuses nothing. */
  shadow: boolean;
};

/** How a counter stands after a decision. */
export type Level = { check: Check; used: number; resetMs: number };

/** Who holds a counter: this process, or an engine that nodes share. */
export type Counting = "node" | "valkey" | "postgres";

/** What a check has taken, and where: needed to correct and to give back. Plain data. */
export type Taken = { check: Check; by: Counting; cell: number };

/** What a call has taken. Each engine minds what it holds itself. */
export type Ticket = readonly Taken[];

export type Decision =
  | {
      taken: true;
      ticket: Ticket;
      levels: readonly Level[];
      /** Shadow limits that would have refused the call; nothing is taken of them. */
      shadowed: readonly Check[];
    }
  | {
      taken: false;
      /** The check that stands longest in the way. */
      level: Level;
      /** When this very call fits, ≤ 60 s; null: it is larger than the limit itself and never will. */
      retryAfterMs: number | null;
      levels: readonly Level[];
    };

/** Counts what limits are on. Three engines behind it, one suite of tests (engines.test.ts). */
export type Limiter = {
  /** Takes all checks or none of them. At once where this process counts; a promise only where nodes share. */
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

/** An engine that several nodes share. It may be away: every answer may be a rejection. */
export type SharedEngine = {
  readonly by: Counting;
  take(checks: readonly Check[]): Promise<Decision>;
  /** Resolves when it is done; nobody has to wait for it. */
  correct(ticket: Ticket, metric: Metric, amount: number): Promise<void>;
  cancel(ticket: Ticket): Promise<void>;
  release(ticket: Ticket): Promise<void>;
  levels(checks: readonly Check[]): Promise<readonly Level[]>;
  /** Says again which of this process's calls run: the places of others' lapse, so that a crash frees what it held. */
  renew(): Promise<void>;
  /** Resolves if the engine answers. */
  ping(): Promise<void>;
};

/** Running calls tell nothing of when they end: a client is asked to come back after this. */
export const busyRetryMs = 1000;
/** A running call that its node says no more of is taken for ended after this. */
export const placeLapsesMs = 30_000;

export const noneShadowed: readonly Check[] = [];

/** How one check stands: `waitMs` until it fits, 0 now, null never; `cell` where it was taken. */
export type Stand = { used: number; resetMs: number; waitMs: number | null; cell: number };

/** The decision that an engine's figures amount to. `stands` are in the order of `checks`. */
export function decisionOf(checks: readonly Check[], stands: readonly Stand[], by: Counting): Decision {
  const levels: Level[] = [];
  const ticket: Taken[] = [];
  const shadowed: Check[] = [];
  let worst: { level: Level; retryAfterMs: number | null } | undefined;
  for (const [index, check] of checks.entries()) {
    const stand = stands[index];
    if (stand === undefined) throw new Error("an engine said nothing of a check");
    const level = { check, used: stand.used, resetMs: stand.resetMs };
    if (!check.shadow) levels.push(level);
    if (stand.waitMs === 0) ticket.push({ check, by, cell: stand.cell });
    else if (check.shadow) shadowed.push(check);
    else if (worst === undefined || isLonger(stand.waitMs, worst.retryAfterMs)) {
      worst = { level, retryAfterMs: stand.waitMs };
    }
  }
  if (worst !== undefined) return { taken: false, ...worst, levels };
  return { taken: true, ticket, levels, shadowed };
}

/** Whether one wait is longer than another; null is for ever. */
export function isLonger(one: number | null, other: number | null): boolean {
  return other !== null && (one === null || one > other);
}
