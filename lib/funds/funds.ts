import type { RequestLogRow } from "#lib/logs/row";

/** What a call may cost at most, asked before it is made. */
export type HoldRequest = {
  requestId: string;
  accountId: string;
  keyId: string;
  amountNanoUsd: bigint;
  /** The key's budget and the period that `now` falls into; null without a budget. */
  budget: { limitNanoUsd: bigint; periodStartMs: number } | null;
  /** What the row says if this process dies before the call is settled. */
  log(): Partial<RequestLogRow>;
};

/** `overloaded`: the database is away and this process holds no money of its own for the call. */
export type FundsAnswer = "ok" | "insufficient_balance" | "budget_exceeded" | "overloaded";

/**
 * Where calls take their money from. `hold` reserves all or nothing; settling (lib/settlement) frees the hold.
 * The engine behind it may be a database statement per call (direct) or a lease in memory (leased). Both answer alike.
 */
export type Funds = {
  /** At once where money in memory suffices. */
  hold(request: HoldRequest): FundsAnswer | Promise<FundsAnswer>;
  /** Adds to a running call's hold. `gone`: it was settled meanwhile. */
  extend(
    requestId: string,
    byNanoUsd: bigint,
    budgetNanoUsd: bigint | null,
  ): FundsAnswer | "gone" | Promise<FundsAnswer | "gone">;
  /**
   * Says what a held call cost, once its bill is known and before it is handed to the settlement: money in memory is
   * spent from then on. The direct engine, whose settlement frees the hold in the database, has nothing to do.
   */
  settled(requestId: string, costNanoUsd: bigint): void;
};
