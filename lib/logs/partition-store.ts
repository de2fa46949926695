import type pg from "pg";
import { queryRows } from "#lib/db/pool";

/** Makes the log's day partitions from yesterday to a week ahead; those that exist are left alone. */
export async function ensureLogPartitions(on: pg.Pool): Promise<void> {
  await on.query(
    `SELECT hot.ensure_log_partitions((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + 7)`,
  );
}

/** The first instant of the oldest day that has a partition; undefined while there is none. */
export async function oldestLogDay(): Promise<Date | undefined> {
  const [row] = await queryRows<{ day: Date | null }>(
    `SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD'))::timestamp AT TIME ZONE 'UTC' AS day
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'hot.request_log'::regclass AND c.relname ~ '^request_log_[0-9]{8}$'`,
  );
  return row?.day ?? undefined;
}
