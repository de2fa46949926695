import type pg from "pg";

/** Makes the log's day partitions from yesterday to a week ahead; those that exist are left alone. */
export async function ensureLogPartitions(on: pg.Pool): Promise<void> {
  await on.query(
    `SELECT hot.ensure_log_partitions((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + 7)`,
  );
}
