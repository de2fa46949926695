/** Where two books disagree, in whole nano-USD: `id` is an account's or a ledger transaction's, by the check. */
export type ProofDifference = { check: string; id: string; expected: string; actual: string };
