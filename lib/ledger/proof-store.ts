import type pg from "pg";
import { inPoolTransaction, pool, queryRows } from "#lib/db/pool";
import type { LedgerProof, ProofCheck, ProofDifference } from "./proof.ts";
import type { LedgerKind } from "./schema.ts";

const MOST_DIFFERENCES = 100;

/**
 * Proves the books against each other, as of one moment: every transaction sums to 0, every balance is the sum of its
 * entries, every order was credited once and refunded as it says, every usage transaction is the sum of its request log rows (of days whose rows are gone: of what was sealed),
 * the seals stand as they were made, what is held and leased is what holds and leases say. Postgres does the sums, so
 * that this process needs no memory for them. Reads all of the ledger and of the log, and blocks nobody.
 */
export async function proveLedger(on: pg.Pool = pool()): Promise<LedgerProof> {
  return inPoolTransaction(async (client) => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const differences: ProofDifference[] = [];
    for (const [check, sql] of CHECKS) {
      const { rows } = await client.query(`${sql} LIMIT ${MOST_DIFFERENCES}`);
      for (const { id, account, day, expected, actual } of rows) {
        differences.push({ check, id, accountId: account, day, expected, actual });
      }
    }
    const { rows } = await client.query<Omit<LedgerProof, "differences">>(COUNTS);
    if (rows[0] === undefined) throw new Error("the books could not be counted");
    return { ...rows[0], differences: differences.slice(0, MOST_DIFFERENCES) };
  }, on);
}

const COUNTS = `SELECT (SELECT count(*)::float8 FROM hot.account_funds) AS accounts,
    (SELECT count(*)::float8 FROM hot.ledger_transaction) AS transactions,
    (SELECT count(*)::float8 FROM hot.request_log) AS rows,
    (SELECT count(*)::float8 FROM hot.day_seal) AS seals,
    (SELECT to_char(through AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM hot.day_seal
      ORDER BY number DESC LIMIT 1) AS "sealedThrough",
    (SELECT encode(hash, 'hex') FROM hot.day_seal ORDER BY number DESC LIMIT 1) AS "sealHash",
    (SELECT count(DISTINCT day)::float8 FROM hot.dropped_day) AS "droppedDays"`;

/** Usage transactions with their amounts. */
const USAGE = `SELECT t.id, t.account_id, t.created_at, (t.minute AT TIME ZONE 'UTC')::date AS day, e.amount
  FROM hot.ledger_transaction t JOIN hot.ledger_entry e ON e.transaction_id = t.id AND e.ledger_account = 'usage'
  WHERE t.kind = 'usage'`;

/** What transactions of a kind moved on the customer's side. */
function postedFor(kind: LedgerKind): string {
  return `SELECT t.id, t.account_id, sum(e.amount) AS amount FROM hot.ledger_transaction t
    JOIN hot.ledger_entry e ON e.transaction_id = t.id AND e.account_id = t.account_id
    WHERE t.kind = '${kind}' GROUP BY t.id, t.account_id`;
}

/** Each yields (id, account, day, expected, actual) where the books disagree; sums are numeric: none can overflow. */
const CHECKS: readonly (readonly [ProofCheck, string])[] = [
  [
    "transaction_sum",
    `SELECT e.transaction_id AS id, t.account_id AS account, NULL AS day, '0' AS expected, sum(e.amount)::text AS actual
     FROM hot.ledger_entry e JOIN hot.ledger_transaction t ON t.id = e.transaction_id
     GROUP BY e.transaction_id, t.account_id HAVING sum(e.amount) <> 0`,
  ],
  [
    "balance",
    `SELECT coalesce(f.account_id, e.account_id) AS id, coalesce(f.account_id, e.account_id) AS account, NULL AS day,
       coalesce(e.amount, 0)::text AS expected, coalesce(f.balance, 0)::text AS actual
     FROM hot.account_funds f
     FULL JOIN (SELECT account_id, sum(amount) AS amount FROM hot.ledger_entry WHERE account_id IS NOT NULL
       GROUP BY account_id) e ON e.account_id = f.account_id
     WHERE coalesce(e.amount, 0) <> coalesce(f.balance, 0)`,
  ],
  [
    "money_in",
    `SELECT f.account_id AS id, f.account_id AS account, NULL AS day, coalesce(e.amount, 0)::text AS expected, f.money_in::text AS actual
     FROM hot.account_funds f
     LEFT JOIN (SELECT t.account_id, sum(e.amount) AS amount FROM hot.ledger_transaction t
       JOIN hot.ledger_entry e ON e.transaction_id = t.id AND e.account_id = t.account_id
       WHERE t.kind <> 'usage' GROUP BY t.account_id) e ON e.account_id = f.account_id
     WHERE f.money_in <> coalesce(e.amount, 0)`,
  ],
  [
    "recharge",
    `SELECT coalesce(r.id, t.id) AS id, coalesce(r.account_id, t.account_id) AS account, NULL AS day,
       coalesce(r.amount, 0)::text AS expected, coalesce(t.amount, 0)::text AS actual
     FROM (SELECT ledger_transaction_id AS id, account_id, credit_nano_usd AS amount FROM recharge
       WHERE ledger_transaction_id IS NOT NULL) r
     FULL JOIN (${postedFor("recharge")}) t USING (id, account_id)
     WHERE coalesce(r.amount, 0) <> coalesce(t.amount, 0)`,
  ],
  [
    "refund",
    `SELECT account_id AS id, account_id AS account, NULL AS day, coalesce(r.amount, 0)::text AS expected,
       coalesce(t.amount, 0)::text AS actual
     FROM (SELECT account_id, -sum(refunded_nano_usd) AS amount FROM recharge GROUP BY account_id) r
     FULL JOIN (SELECT account_id, sum(amount) AS amount FROM (${postedFor("refund")}) x GROUP BY account_id) t USING (account_id)
     WHERE coalesce(r.amount, 0) <> coalesce(t.amount, 0)`,
  ],
  [
    "usage",
    `SELECT coalesce(u.id, r.id) AS id, coalesce(u.account_id, r.account_id) AS account, u.day::text AS day,
       coalesce(r.cost, 0)::text AS expected, coalesce(u.amount, 0)::text AS actual
     FROM (SELECT * FROM (${USAGE}) x WHERE NOT EXISTS (
         SELECT 1 FROM hot.dropped_day d WHERE d.day = x.day AND x.created_at < d.through)) u
     FULL JOIN (SELECT ledger_transaction_id AS id, min(account_id::text)::uuid AS account_id, sum(cost) AS cost
       FROM hot.request_log WHERE cost <> 0 GROUP BY ledger_transaction_id) r ON r.id = u.id
     WHERE coalesce(r.cost, 0) <> coalesce(u.amount, 0)`,
  ],
  [
    "held",
    `SELECT f.account_id AS id, f.account_id AS account, NULL AS day, coalesce(h.amount, 0)::text AS expected, f.held::text AS actual
     FROM hot.account_funds f
     LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM hot.hold GROUP BY account_id) h USING (account_id)
     WHERE f.held <> coalesce(h.amount, 0)`,
  ],
  [
    "leased",
    `SELECT f.account_id AS id, f.account_id AS account, NULL AS day, coalesce(l.amount, 0)::text AS expected, f.leased::text AS actual
     FROM hot.account_funds f
     LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM hot.lease GROUP BY account_id) l USING (account_id)
     WHERE f.leased <> coalesce(l.amount, 0)`,
  ],
  [
    "sealed_usage",
    `SELECT coalesce(p.account_id, u.account_id) AS id, coalesce(p.account_id, u.account_id) AS account,
       coalesce(p.day, u.day)::text AS day, coalesce(p.amount, 0)::text AS expected, coalesce(u.amount, 0)::text AS actual
     FROM hot.day_proof p
     FULL JOIN (SELECT s.number AS seal, x.day, x.account_id, sum(x.amount) AS amount FROM (${USAGE}) x
       JOIN hot.day_seal s ON x.created_at >= s.since AND x.created_at < s.through
       GROUP BY s.number, x.day, x.account_id) u ON u.seal = p.seal AND u.day = p.day AND u.account_id = p.account_id
     WHERE coalesce(p.amount, 0) <> coalesce(u.amount, 0)`,
  ],
  [
    "dropped_rows",
    `SELECT d.day::text AS id, NULL AS account, d.day::text AS day,
       coalesce((SELECT sum(p.cost) FROM hot.day_proof p WHERE p.day = d.day AND p.seal <= d.seal), 0)::text AS expected,
       d.cost::text AS actual
     FROM (SELECT day, max(seal) AS seal, sum(cost) AS cost FROM hot.dropped_day GROUP BY day) d
     WHERE d.cost <> coalesce((SELECT sum(p.cost) FROM hot.day_proof p WHERE p.day = d.day AND p.seal <= d.seal), 0)`,
  ],
  [
    "seal",
    `SELECT number::text AS id, NULL AS account, NULL AS day, encode(expected, 'hex') AS expected, encode(hash, 'hex') AS actual
     FROM (SELECT number, hash, hot.seal_hash(s) AS expected,
         number = row_number() OVER chain AND previous = coalesce(lag(hash) OVER chain, '\\x')
           AND since = coalesce(lag(through) OVER chain, since) AS continues
       FROM hot.day_seal s WINDOW chain AS (ORDER BY number)) c
     WHERE hash <> expected OR NOT continues`,
  ],
];

/** One run of the proof. */
export type ProofRun = {
  id: string;
  at: Date;
  actor: string;
  ok: boolean;
  durationMs: number;
  result: LedgerProof;
};

/** Keeps what a proof found; answers when. */
export async function writeProofRun(run: Omit<ProofRun, "at">): Promise<Date> {
  const { id, actor, ok, durationMs, result } = run;
  const rows = await queryRows<{ at: Date }>(
    "INSERT INTO hot.ledger_proof (id, actor, ok, duration_ms, result) VALUES ($1, $2, $3, $4, $5) RETURNING at",
    [id, actor, ok, Math.round(durationMs), JSON.stringify(result)],
  );
  return rows[0]?.at ?? new Date();
}

/** Runs of the proof, newest first, up to `limit` + 1, before the id `before`. */
export async function listProofRuns(limit: number, before?: string): Promise<ProofRun[]> {
  return queryRows<ProofRun>(
    `SELECT id, at, actor, ok, duration_ms AS "durationMs", result FROM hot.ledger_proof
     WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
    [before ?? null, limit + 1],
  );
}
