import { formatUsd } from "#lib/core/money";
import { inPoolTransaction, pool, queryRows } from "#lib/db/pool";
import type { ProofDifference } from "./proof.ts";
import type { Seal } from "./schema.ts";

/**
 * A flush takes at most 30 s (FLUSH_DEADLINE_MS), so whatever the ledger took longer ago than this is all committed, and
 * nothing can be added to a sealed interval.
 */
const SETTLED_AFTER = "10 minutes";
const SEAL_LOCK = "tollgate ledger seal";
const MOST_DIFFERENCES = 100;

/** `sealed`: one more seal stands; `done`: nothing is left to seal; `refused`: rows and ledger disagree. */
export type SealAnswer =
  | { kind: "sealed"; seal: Seal }
  | { kind: "done" }
  | { kind: "refused"; differences: ProofDifference[] };

/**
 * Seals the next whole day (UTC) before `now` of what the ledger took: per day of admission and account the sums of log rows and of
 * usage entries, under a hash that covers the seal before. A transaction whose rows do not add up to it stops the chain:
 * its rows then stay, whatever the retention says.
 */
export async function sealNextDay(now: Date, on = pool()): Promise<SealAnswer> {
  return inPoolTransaction(async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [SEAL_LOCK]);
    const span = (await client.query<Span>(NEXT_SPAN, [now])).rows[0];
    if (span === undefined) return { kind: "done" };
    const bounds = [span.since, span.through, span.first_minute, span.last_minute];
    const wrong = await client.query<ProofDifference>(DIFFERENCES, bounds);
    if (wrong.rows.length > 0) return { kind: "refused", differences: wrong.rows };
    await client.query(LINES, [...bounds, span.number]);
    const { rows } = await client.query<SealRow>(SEAL, [
      span.number,
      span.since,
      span.through,
      span.previous,
    ]);
    const [row] = rows;
    if (row === undefined) throw new Error("the seal was not written");
    return { kind: "sealed", seal: toSeal(row) };
  }, on);
}

/** Seals, newest first, up to `limit` + 1, before the number `before`. */
export async function listSeals(limit: number, before?: number): Promise<Seal[]> {
  const rows = await queryRows<SealRow>(
    `SELECT s.* FROM hot.day_seal s WHERE ($1::bigint IS NULL OR number < $1) ORDER BY number DESC LIMIT $2`,
    [before ?? null, limit + 1],
  );
  return rows.map(toSeal);
}

type Span = {
  number: bigint;
  since: Date;
  through: Date;
  previous: Uint8Array;
  first_minute: Date | null;
  last_minute: Date | null;
};

/** The interval of the next seal, and the admission minutes in it; no row while its day is not over. */
const NEXT_SPAN = `WITH last AS (
    SELECT number, through, hash FROM hot.day_seal ORDER BY number DESC LIMIT 1
  ), start AS (
    SELECT coalesce((SELECT through FROM last), (SELECT date_trunc('day', min(created_at), 'UTC') FROM hot.ledger_transaction)) AS since
  ), span AS (
    SELECT since, since + interval '1 day' AS through FROM start
    WHERE since + interval '1 day' <= least($1::timestamptz, clock_timestamp()) - interval '${SETTLED_AFTER}'
  )
  SELECT coalesce((SELECT number FROM last), 0) + 1 AS number, since, through,
    coalesce((SELECT hash FROM last), '\\x') AS previous,
    (SELECT min(minute) FROM hot.ledger_transaction t WHERE t.kind = 'usage' AND t.created_at >= since AND t.created_at < through) AS first_minute,
    (SELECT max(minute) FROM hot.ledger_transaction t WHERE t.kind = 'usage' AND t.created_at >= since AND t.created_at < through) AS last_minute
  FROM span`;

/** Usage transactions of the interval beside the log rows that they sum. */
const BOTH_SIDES = `WITH usage AS (
    SELECT t.id, t.account_id, (t.minute AT TIME ZONE 'UTC')::date AS day, t.requests, e.amount
    FROM hot.ledger_transaction t
    JOIN hot.ledger_entry e ON e.transaction_id = t.id AND e.ledger_account = 'usage'
    WHERE t.kind = 'usage' AND t.created_at >= $1 AND t.created_at < $2
  ), logged AS (
    SELECT r.ledger_transaction_id AS id, count(*) AS rows, sum(r.cost) AS cost FROM hot.request_log r
    WHERE r.created_at >= $3 AND r.created_at < $4::timestamptz + interval '1 minute' AND r.cost <> 0
    GROUP BY r.ledger_transaction_id
  ), both_sides AS (
    SELECT u.*, coalesce(l.rows, 0) AS rows, coalesce(l.cost, 0) AS cost FROM usage u LEFT JOIN logged l USING (id)
  )`;

const DIFFERENCES = `${BOTH_SIDES} SELECT 'usage' AS check, id, account_id AS "accountId", day::text AS day,
    cost::text AS expected, amount::text AS actual
  FROM both_sides WHERE cost <> amount OR rows <> requests LIMIT ${MOST_DIFFERENCES}`;

const LINES = `${BOTH_SIDES}
  INSERT INTO hot.day_proof (seal, day, account_id, rows, cost, requests, amount, transactions)
  SELECT $5::bigint, day, account_id, sum(rows), sum(cost), sum(requests), sum(amount), count(*)
  FROM both_sides GROUP BY day, account_id`;

const SEAL = `WITH lines AS (
    SELECT count(*) AS lines, coalesce(sum(rows), 0)::bigint AS rows, coalesce(sum(amount), 0) AS amount
    FROM hot.day_proof WHERE seal = $1
  ), made AS (
    SELECT ROW($1::bigint, $2::timestamptz, $3::timestamptz, lines, rows, amount, clock_timestamp(), $4::bytea, '\\x'::bytea)::hot.day_seal AS s
    FROM lines
  )
  INSERT INTO hot.day_seal
  SELECT (s).number, (s).since, (s).through, (s).lines, (s).rows, (s).amount, (s).sealed_at, (s).previous, hot.seal_hash(s) FROM made
  RETURNING *`;

type SealRow = {
  number: bigint;
  since: Date;
  through: Date;
  lines: bigint;
  rows: bigint;
  amount: string;
  sealed_at: Date;
  hash: Buffer;
};

function toSeal(row: SealRow): Seal {
  return {
    number: Number(row.number),
    since: row.since.toISOString(),
    through: row.through.toISOString(),
    lines: Number(row.lines),
    rows: Number(row.rows),
    amount: formatUsd(BigInt(row.amount)),
    sealedAt: row.sealed_at.toISOString(),
    hash: row.hash.toString("hex"),
  };
}
