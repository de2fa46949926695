import type pg from "pg";
import { inPoolTransaction, pool } from "#lib/db/pool";
import type { ProofDifference } from "./proof.ts";

const MOST_DIFFERENCES = 100;

/** What was compared, and where the two sides differ (at most 100 differences, the first of each check). */
export type LedgerProof = {
  accounts: bigint;
  transactions: bigint;
  rows: bigint;
  differences: ProofDifference[];
};

/**
 * Proves the books against each other, as of one moment: every transaction sums to 0, every balance is the sum of its
 * entries, every usage transaction is the sum of its request log rows, what is held and leased is what holds and
 * leases say. Reads all of the ledger and of the log: seconds on a large instance, and it blocks nobody.
 */
export async function proveLedger(on: pg.Pool = pool()): Promise<LedgerProof> {
  return inPoolTransaction(async (client) => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const differences: ProofDifference[] = [];
    for (const [check, sql] of Object.entries(CHECKS)) {
      const { rows } = await client.query(`${sql} LIMIT ${MOST_DIFFERENCES}`);
      for (const { id, expected, actual } of rows) differences.push({ check, id, expected, actual });
    }
    const { rows } = await client.query(
      `SELECT (SELECT count(*) FROM hot.account_funds) AS accounts,
         (SELECT count(*) FROM hot.ledger_transaction) AS transactions,
         (SELECT count(*) FROM hot.request_log) AS rows`,
    );
    return { ...rows[0], differences: differences.slice(0, MOST_DIFFERENCES) };
  }, on);
}

/** Each yields (id, expected, actual) where the books disagree; sums are numeric, so that none can overflow. */
const CHECKS: Readonly<Record<string, string>> = {
  transaction_sum: `SELECT transaction_id AS id, '0' AS expected, sum(amount)::text AS actual
    FROM hot.ledger_entry GROUP BY transaction_id HAVING sum(amount) <> 0`,
  balance: `SELECT coalesce(f.account_id, e.account_id) AS id,
      coalesce(e.amount, 0)::text AS expected, coalesce(f.balance, 0)::text AS actual
    FROM hot.account_funds f
    FULL JOIN (SELECT account_id, sum(amount) AS amount FROM hot.ledger_entry WHERE account_id IS NOT NULL
      GROUP BY account_id) e ON e.account_id = f.account_id
    WHERE coalesce(e.amount, 0) <> coalesce(f.balance, 0)`,
  usage: `SELECT coalesce(u.id, r.id) AS id, coalesce(r.cost, 0)::text AS expected, coalesce(u.amount, 0)::text AS actual
    FROM (SELECT t.id, e.amount FROM hot.ledger_transaction t
      JOIN hot.ledger_entry e ON e.transaction_id = t.id AND e.ledger_account = 'usage' WHERE t.kind = 'usage') u
    FULL JOIN (SELECT ledger_transaction_id AS id, sum(cost) AS cost FROM hot.request_log WHERE cost <> 0
      GROUP BY ledger_transaction_id) r ON r.id = u.id
    WHERE coalesce(r.cost, 0) <> coalesce(u.amount, 0)`,
  held: `SELECT f.account_id AS id, coalesce(h.amount, 0)::text AS expected, f.held::text AS actual
    FROM hot.account_funds f
    LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM hot.hold GROUP BY account_id) h USING (account_id)
    WHERE f.held <> coalesce(h.amount, 0)`,
  leased: `SELECT f.account_id AS id, coalesce(l.amount, 0)::text AS expected, f.leased::text AS actual
    FROM hot.account_funds f
    LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM hot.lease GROUP BY account_id) l USING (account_id)
    WHERE f.leased <> coalesce(l.amount, 0)`,
};
