import type { RequestLogRow } from "#lib/logs/row";

/** How one call ended: its row, and whether a hold of it stands in the database. */
export type Settlement = {
  row: RequestLogRow;
  /** A hold of it stands in the database. False for refused calls. */
  held: boolean;
  /** The budget period that the hold was taken from; null when the key has no budget. */
  periodStartMs: number | null;
};

/** One usage transaction of the ledger: what the calls of one account, admitted in one minute, cost together. */
export type UsageTransaction = {
  id: string;
  accountId: string;
  minuteMs: number;
  requests: number;
  amountNanoUsd: bigint;
};

/**
 * Gives each billed row the ledger transaction that it belongs to (one per account and admission minute of the batch)
 * and returns those transactions, ordered by account so that locks are always taken in the same order.
 * The rows are changed in place: a batch that is tried again keeps its ids, which is what makes trying again safe.
 */
export function assignUsageTransactions(
  settlements: readonly Settlement[],
  newId: () => string,
): UsageTransaction[] {
  const byKey = new Map<string, UsageTransaction>();
  for (const { row } of settlements) {
    if (row.costNanoUsd === 0n || row.accountId === null) continue;
    const minuteMs = row.createdAtMs - (row.createdAtMs % 60_000);
    const key = `${row.accountId}\n${minuteMs}`;
    const transaction = byKey.get(key) ?? {
      id: row.ledgerTransactionId ?? newId(),
      accountId: row.accountId,
      minuteMs,
      requests: 0,
      amountNanoUsd: 0n,
    };
    transaction.requests += 1;
    transaction.amountNanoUsd += row.costNanoUsd;
    row.ledgerTransactionId = transaction.id;
    byKey.set(key, transaction);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, transaction]) => transaction);
}

/** Whether every row has a time and amounts at all, without which a batch cannot even be put together. */
export function areSendable(settlements: readonly Settlement[]): boolean {
  return settlements.every(
    ({ row }) =>
      Number.isFinite(row.createdAtMs) &&
      Math.abs(row.createdAtMs) < MAX_DATE_MS &&
      typeof row.costNanoUsd === "bigint" &&
      typeof row.holdNanoUsd === "bigint",
  );
}
const MAX_DATE_MS = 8.64e15;

/** What a batch costs each account, in the order of `usage`, which is by account. */
export function accountCosts(
  usage: readonly UsageTransaction[],
): { accountId: string; costNanoUsd: bigint }[] {
  const byAccount = new Map<string, bigint>();
  for (const { accountId, amountNanoUsd } of usage) {
    byAccount.set(accountId, (byAccount.get(accountId) ?? 0n) + amountNanoUsd);
  }
  return [...byAccount].map(([accountId, costNanoUsd]) => ({ accountId, costNanoUsd }));
}

/** What a batch costs each key with a budget, per period. */
export type BudgetSpend = { keyId: string; periodStartMs: number; spentNanoUsd: bigint };

/** What keys with a budget spent, by key and period; the same key and period once. */
export function budgetSpends(settlements: readonly Settlement[]): BudgetSpend[] {
  const byKey = new Map<string, BudgetSpend>();
  for (const { row, periodStartMs } of settlements) {
    if (row.keyId === null || periodStartMs === null || row.costNanoUsd === 0n) continue;
    const key = `${row.keyId}\n${periodStartMs}`;
    const spend = byKey.get(key) ?? { keyId: row.keyId, periodStartMs, spentNanoUsd: 0n };
    spend.spentNanoUsd += row.costNanoUsd;
    byKey.set(key, spend);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, spend]) => spend);
}
