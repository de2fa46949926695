import { queryRows } from "#lib/db/pool";

/** Rollups that are kept as long as the minutes, with the column that tells a row's time. */
const AGEING = [
  ["rollup_minute_model", "minute"],
  ["rollup_minute_key", "minute"],
  ["rollup_hour_model", "start"],
  ["rollup_hour_key", "start"],
  ["rollup_line", "start"],
  ["channel_minute", "minute"],
  ["concurrency_minute", "minute"],
  ["rollup_slot_usage", "day"],
] as const;

/** Rows of the rollups that are older than `days` days, and what is left of them on disk about. */
export async function countOldRollups(
  days: number,
): Promise<{ rows: number; bytes: number; oldest: Date | null }> {
  const [found] = await queryRows<{ rows: number; bytes: number; oldest: Date | null }>(
    `SELECT sum(rows)::float8 AS rows, sum(rows * width)::float8 AS bytes, min(oldest) AS oldest FROM (
       ${AGEING.map(
         ([table, time]) => `SELECT count(*) AS rows, min(${time}) AS oldest,
           (SELECT pg_total_relation_size(oid) / greatest(reltuples, 1) FROM pg_class
            WHERE oid = 'hot.${table}'::regclass) AS width
         FROM hot.${table} WHERE ${time} < ${before("$1")}`,
       ).join(" UNION ALL ")}) t`,
    [days],
  );
  return found ?? { rows: 0, bytes: 0, oldest: null };
}

/** Deletes minutes, hours and lines that are older, day by day; UTC days stay. Answers how many rows went. */
export async function deleteOldRollups(days: number, signal: AbortSignal): Promise<number> {
  let deleted = 0;
  for (const [table, time] of AGEING) {
    for (;;) {
      if (signal.aborted) return deleted;
      const [gone] = await queryRows<{ rows: number }>(
        `WITH oldest AS (SELECT min(${time}) AS at FROM hot.${table} WHERE ${time} < ${before("$1")}),
         gone AS (DELETE FROM hot.${table} USING oldest WHERE ${time} >= oldest.at
                    AND ${time} < least(oldest.at + interval '1 day', ${before("$1")}) RETURNING 1)
         SELECT count(*)::int AS rows FROM gone`,
        [days],
      );
      if (gone === undefined || gone.rows === 0) break;
      deleted += gone.rows;
    }
  }
  // Nobody may look for hours in what is gone.
  await queryRows(`DELETE FROM hot.rollup_span WHERE span = 'hour' AND start < ${before("$1")}`, [days]);
  return deleted;
}

const before = (days: string) =>
  `(date_trunc('day', clock_timestamp(), 'UTC') - make_interval(days => ${days}::int))`;
