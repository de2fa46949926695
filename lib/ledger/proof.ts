export const proofChecks = [
  "transaction_sum",
  "balance",
  "money_in",
  "recharge",
  "refund",
  "usage",
  "held",
  "leased",
  "sealed_usage",
  "dropped_rows",
  "seal",
] as const;
export type ProofCheck = (typeof proofChecks)[number];

/**
 * Where two books disagree: whole nano-USD, for `seal` hashes in hex. `id` is an account's, a ledger transaction's, a
 * day's or a seal's, by the check.
 */
export type ProofDifference = {
  check: ProofCheck;
  id: string;
  accountId: string | null;
  day: string | null;
  expected: string;
  actual: string;
};

/** What was compared, and where the two sides differ (at most 100 differences, the first of each check). */
export type LedgerProof = {
  accounts: number;
  transactions: number;
  rows: number;
  /** Days of the ledger under a seal, the last seal's end and hash, and log days that are gone. */
  seals: number;
  sealedThrough: string | null;
  sealHash: string | null;
  droppedDays: number;
  differences: ProofDifference[];
};
