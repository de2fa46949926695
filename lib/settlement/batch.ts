import type { CountedRow, RequestLogRow } from "#lib/logs/row";

/** How one call ended: its row, and whether a hold of it stands in the database. */
export type Settlement = {
  row: RequestLogRow;
  /** A hold of it stands in the database. False for refused calls. */
  held: boolean;
  /** The budget period that the hold was taken from; null when the key has no budget. */
  periodStartMs: number | null;
};

/** A settlement without what is only written down. */
export type Counted = Omit<Settlement, "row"> & { row: CountedRow };

/** One usage transaction of the ledger: what the calls of one account, admitted in one minute, cost together. */
export type UsageTransaction = {
  id: string;
  accountId: string;
  minuteMs: number;
  requests: number;
  amountNanoUsd: bigint;
};

/** The ledger transactions of a batch, one per account and admission minute. */
export class UsageSums {
  readonly #newId: () => string;
  readonly #byAccount = new Map<string, UsageTransaction[]>();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** The id of the transaction that the row belongs to: null where nothing was billed. */
  add(row: CountedRow): string | null {
    const { accountId, costNanoUsd, createdAtMs, ledgerTransactionId } = row;
    if (costNanoUsd === 0n || accountId === null) return ledgerTransactionId;
    const minuteMs = createdAtMs - (createdAtMs % 60_000);
    let minutes = this.#byAccount.get(accountId);
    if (minutes === undefined) {
      minutes = [];
      this.#byAccount.set(accountId, minutes);
    }
    let transaction = minutes.find((one) => one.minuteMs === minuteMs);
    if (transaction === undefined) {
      const id = ledgerTransactionId ?? this.#newId();
      transaction = { id, accountId, minuteMs, requests: 0, amountNanoUsd: 0n };
      minutes.push(transaction);
    }
    transaction.requests += 1;
    transaction.amountNanoUsd += costNanoUsd;
    return transaction.id;
  }

  /** Ordered by account, so that locks are always taken in the same order. */
  all(): UsageTransaction[] {
    return [...this.#byAccount]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, minutes]) => minutes.sort((a, b) => a.minuteMs - b.minuteMs));
  }
}

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
export class BudgetSums {
  readonly #byKey = new Map<string, BudgetSpend>();

  add({ row, periodStartMs }: Counted): void {
    if (row.keyId === null || periodStartMs === null || row.costNanoUsd === 0n) return;
    const key = `${row.keyId}\n${periodStartMs}`;
    const spend = this.#byKey.get(key) ?? { keyId: row.keyId, periodStartMs, spentNanoUsd: 0n };
    spend.spentNanoUsd += row.costNanoUsd;
    this.#byKey.set(key, spend);
  }

  /** In one order for every writer. */
  all(): BudgetSpend[] {
    return [...this.#byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, spend]) => spend);
  }
}
