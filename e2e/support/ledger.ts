import type pg from "pg";

export type LedgerSums = {
  /** Σ of the account's entries, nano-USD: what its balance must be. */
  sum: bigint;
  /** Σ of its usage entries: minus what its calls cost. */
  usage: bigint;
  /** Its entry in one usage transaction. */
  usageOf(transactionId: string): bigint | undefined;
};

/** Adds up an account's ledger from the tables themselves, past all of the product's code. */
export async function ledgerOf(database: pg.Pool, accountId: string): Promise<LedgerSums> {
  const { rows } = await database.query<{ id: string; kind: string; amount: string }>(
    `SELECT t.id, t.kind, e.amount::text AS amount
     FROM hot.ledger_entry e JOIN hot.ledger_transaction t ON t.id = e.transaction_id
     WHERE e.account_id = $1`,
    [accountId],
  );
  const add = (wanted: typeof rows) => wanted.reduce((sum, row) => sum + BigInt(row.amount), 0n);
  return {
    sum: add(rows),
    usage: add(rows.filter((row) => row.kind === "usage")),
    usageOf: (transactionId) => {
      const found = rows.find((row) => row.id === transactionId && row.kind === "usage");
      return found && BigInt(found.amount);
    },
  };
}
