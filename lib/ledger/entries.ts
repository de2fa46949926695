import type { LedgerKind } from "./schema.ts";

/** Where money can stand. Customers' lines name their account; the others are the business's own. */
export const ledgerAccounts = ["customer", "usage", "cash", "bonus", "adjustment"] as const;
export type LedgerAccount = (typeof ledgerAccounts)[number];

/** One line of a ledger transaction, signed nano-USD. */
export type LedgerLine = { ledgerAccount: LedgerAccount; amountNanoUsd: bigint };

/** What is posted at once: lines that sum to 0, all customer lines of one account. */
export type LedgerPosting = {
  id: string;
  kind: LedgerKind;
  accountId: string;
  entries: readonly LedgerLine[];
  reference: string;
  note: string;
  /** Who did it, for the ledger: a name, "system". */
  actor: string;
  /** Money that is gone already (a chargeback) may be taken out of what is not there: the account owes it. */
  mayOwe?: boolean;
};

/** What a posting adds to the customer's balance. Throws when the lines do not sum to 0 or one moves nothing. */
export function balanceChange(entries: readonly LedgerLine[]): bigint {
  const sum = total(entries);
  if (entries.length < 2 || sum !== 0n) throw new Error(`ledger lines sum to ${sum}, not to 0`);
  if (entries.some((line) => line.amountNanoUsd === 0n)) throw new Error("a ledger line moves nothing");
  return total(entries.filter((line) => line.ledgerAccount === "customer"));
}

/** Money in: the customer has it, the cash account owes it. */
export function rechargeEntries(creditNanoUsd: bigint): LedgerLine[] {
  return [
    { ledgerAccount: "customer", amountNanoUsd: creditNanoUsd },
    { ledgerAccount: "cash", amountNanoUsd: -creditNanoUsd },
  ];
}

/** Money out, the way that it came in. */
export function refundEntries(nanoUsd: bigint): LedgerLine[] {
  return [
    { ledgerAccount: "customer", amountNanoUsd: -nanoUsd },
    { ledgerAccount: "cash", amountNanoUsd: nanoUsd },
  ];
}

/** Credit that is given (below 0: taken back, or expired): the business's bonus account pays for it. */
export function bonusEntries(amountNanoUsd: bigint): LedgerLine[] {
  return [
    { ledgerAccount: "customer", amountNanoUsd },
    { ledgerAccount: "bonus", amountNanoUsd: -amountNanoUsd },
  ];
}

/** Money given without being paid for: the customer has it, the business adjusts its books by it. */
export function goodwillEntries(amountNanoUsd: bigint): LedgerLine[] {
  return [
    { ledgerAccount: "customer", amountNanoUsd },
    { ledgerAccount: "adjustment", amountNanoUsd: -amountNanoUsd },
  ];
}

/** The balance after each entry, newest first, walking back from the balance after the newest. */
export function balancesAfter(newest: bigint, amounts: readonly bigint[]): bigint[] {
  let balance = newest;
  return amounts.map((amount) => {
    const after = balance;
    balance -= amount;
    return after;
  });
}

function total(entries: readonly LedgerLine[]): bigint {
  return entries.reduce((sum, line) => sum + line.amountNanoUsd, 0n);
}
