import type pg from "pg";
import { inPoolTransaction, pool } from "#lib/db/pool";

/** `unsealed`: bills of the day are under no seal yet; `differs`: its rows are not what was sealed; `busy`: try later. */
export type DropAnswer = "dropped" | "unsealed" | "differs" | "busy" | "gone";

const LOCK_TIMEOUT = "55P03";
/** How long a node that was away may be writing to the day. */
const PATIENCE = "2s";
/**
 * Taking the day out needs the log as a whole for a moment, and whoever writes waits behind who waits for it. So it is
 * asked for briefly, again and again, while some long read goes on.
 */
const MOMENT = "100ms";
const MOMENTS = 20;
const BETWEEN_SECONDS = 1;

/** Days (UTC) with log rows that are older than `days` days, oldest first. */
export async function listOldDays(days: number, on: pg.Pool = pool()): Promise<string[]> {
  const { rows } = await on.query<{ day: string }>(
    `SELECT to_date(right(c.relname, 8), 'YYYYMMDD')::text AS day
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'hot.request_log'::regclass AND c.relname ~ '^request_log_[0-9]{8}$'
       AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - $1::int
     ORDER BY 1`,
    [days],
  );
  return rows.map((row) => row.day);
}

/** Rows (as Postgres last estimated them) and bytes on disk of whole days. */
export async function sizeOfDays(days: readonly string[], on: pg.Pool = pool()) {
  const { rows } = await on.query<{ rows: number; bytes: number }>(
    `SELECT coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS rows,
       coalesce(sum(pg_total_relation_size(oid)), 0)::float8 AS bytes
     FROM pg_class WHERE oid = ANY(SELECT to_regclass('hot.' || name) FROM unnest($1::text[]) name)`,
    [days.map((day) => `request_log_${day.replaceAll("-", "")}`)],
  );
  return { rows: Math.round(rows[0]?.rows ?? 0), bytes: rows[0]?.bytes ?? 0 };
}

/** Of some days, those with usage that the ledger took after the last seal: they wait for it. */
export async function waitingDays(days: readonly string[], on: pg.Pool = pool()): Promise<string[]> {
  const { rows } = await on.query<{ day: string }>(
    `SELECT DISTINCT (t.minute AT TIME ZONE 'UTC')::date::text AS day FROM hot.ledger_transaction t
     WHERE t.kind = 'usage' AND (t.minute AT TIME ZONE 'UTC')::date = ANY($1::date[])
       AND t.created_at >= coalesce((SELECT max(through) FROM hot.day_seal), '-infinity') ORDER BY 1`,
    [days],
  );
  return rows.map((row) => row.day);
}

/**
 * Drops a day's log rows for good, in one transaction with the note that proves the books without them, and only if
 * every bill among them is under a seal and they sum to what was sealed. What arrives later for that day is kept again.
 * Reading goes on meanwhile, and writing to other days waits for a tenth of a second at most.
 */
export async function dropLogDay(day: string, on: pg.Pool = pool()): Promise<DropAnswer> {
  const name = `request_log_${day.replaceAll("-", "")}`;
  if (!/^request_log_\d{8}$/.test(name)) throw new Error(`${day} is no day`);
  try {
    return await inPoolTransaction(async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${PATIENCE}'`);
      const known = await client.query("SELECT to_regclass($1) IS NOT NULL AS known", [`hot.${name}`]);
      if (known.rows[0]?.known !== true) return "gone";
      await client.query(`LOCK TABLE hot.${name} IN SHARE ROW EXCLUSIVE MODE`);
      const { rows } = await client.query<Comparison>(compareSql(name), [day]);
      const [found] = rows;
      if (found === undefined || found.seal === null || found.unsealed > 0n) return "unsealed";
      if (found.cost !== found.sealed_cost || found.rows !== found.sealed_rows) return "differs";
      await client.query(
        "INSERT INTO hot.dropped_day (day, through, seal, rows, cost) SELECT $1, through, number, $3, $4 FROM hot.day_seal WHERE number = $2",
        [day, found.seal, found.rows, found.cost],
      );
      await detach(client, name);
      await client.query(`DROP TABLE hot.${name}`);
      return "dropped";
    }, on);
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_TIMEOUT) return "busy";
    throw error;
  }
}

async function detach(client: pg.PoolClient, name: string): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${MOMENT}'`);
  for (let left = MOMENTS; ; left -= 1) {
    await client.query("SAVEPOINT before_detach");
    try {
      await client.query(`ALTER TABLE hot.request_log DETACH PARTITION hot.${name}`);
      return;
    } catch (error) {
      if (left === 0 || (error as { code?: string }).code !== LOCK_TIMEOUT) throw error;
      await client.query("ROLLBACK TO SAVEPOINT before_detach");
      await client.query("SELECT pg_sleep($1)", [BETWEEN_SECONDS]);
    }
  }
}

type Comparison = {
  seal: bigint | null;
  unsealed: bigint;
  rows: bigint;
  cost: string;
  sealed_rows: bigint;
  sealed_cost: string;
};

/** A day's rows beside what the seals say of them, less what was dropped of that day before. */
function compareSql(partition: string): string {
  return `WITH last AS (SELECT number, through FROM hot.day_seal ORDER BY number DESC LIMIT 1),
    logged AS (
      SELECT count(*) AS rows, coalesce(sum(r.cost), 0) AS cost,
        count(*) FILTER (WHERE t.id IS NULL OR t.created_at >= (SELECT through FROM last)) AS unsealed
      FROM hot.${partition} r LEFT JOIN hot.ledger_transaction t ON t.id = r.ledger_transaction_id WHERE r.cost <> 0
    ), sealed AS (
      SELECT coalesce(sum(p.rows), 0)::bigint AS rows, coalesce(sum(p.cost), 0) AS cost FROM hot.day_proof p WHERE p.day = $1
    ), dropped AS (
      SELECT coalesce(sum(d.rows), 0)::bigint AS rows, coalesce(sum(d.cost), 0) AS cost FROM hot.dropped_day d WHERE d.day = $1
    )
    SELECT (SELECT number FROM last) AS seal, l.unsealed, l.rows, l.cost::text AS cost,
      s.rows - d.rows AS sealed_rows, (s.cost - d.cost)::text AS sealed_cost
    FROM logged l, sealed s, dropped d`;
}
