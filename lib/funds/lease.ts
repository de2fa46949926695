/** What the database says of a lease; `version` counts its changes, `spent` is all that was ever flushed through it. */
export type LeaseState = {
  accountId: string;
  /** Null: the account's own lease. */
  key: { keyId: string; periodStartMs: number } | null;
  amountNanoUsd: bigint;
  spentNanoUsd: bigint;
  version: bigint;
  /** The account's balance − held − leased; below 0 is a debt. Not told for a key. */
  availableNanoUsd?: bigint;
};

/** A lease as this node knows it. */
export type Lease = {
  amount: bigint;
  spent: bigint;
  version: bigint;
  /** All that calls have cost that were settled here, flushed or not: comparable with `spent`. */
  settled: bigint;
  /** What open calls may still cost. */
  held: bigint;
  /** On its way back to the database; not spendable, whatever comes of it. */
  returning: bigint;
  usedAtMs: number;
};

/** A lease of which nothing is known yet. */
export function unknownLease(nowMs: number): Lease {
  return { amount: 0n, spent: 0n, version: 0n, settled: 0n, held: 0n, returning: 0n, usedAtMs: nowMs };
}

/** What a lease has for new calls. Below 0: calls cost more than they had held. */
export function freeOf(lease: Lease): bigint {
  return lease.amount - lease.held - lease.returning - (lease.settled - lease.spent);
}

/** Takes over what the database said, unless something newer is known. */
export function learn(lease: Lease, state: LeaseState): void {
  if (state.version < lease.version) return;
  lease.version = state.version;
  lease.amount = state.amountNanoUsd;
  lease.spent = state.spentNanoUsd;
  // Flushed without having been settled here (a row of an earlier process): it took nothing of what is in memory.
  if (lease.settled < lease.spent) lease.settled = lease.spent;
}

/** Nothing is in it and nothing is under way: it may be forgotten. */
export function isEmpty(lease: Lease): boolean {
  return lease.amount === 0n && lease.held === 0n && lease.returning === 0n && lease.settled === lease.spent;
}
