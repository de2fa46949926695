import { queryWithin } from "#lib/db/bounded";
import { type LogFilter, logCondition } from "#lib/logs/filters";
import { oldestLogDay } from "#lib/logs/partition-store";
import { hasIndex, walkBack } from "#lib/logs/scan";
import type { BarCell, HistogramPlan } from "./histogram.ts";

/** Counts rows per bar and class, newest first, for two seconds at most; `scannedToMs`: how far it got, null: all. */
export async function countRows(
  filter: LogFilter,
  { fromMs, toMs, stepMs }: HistogramPlan,
): Promise<{ cells: BarCell[]; scannedToMs: number | null }> {
  const oldestMs = (await oldestLogDay())?.getTime() ?? toMs;
  const cells: BarCell[] = [];
  const { scannedToMs, isDone } = await walkBack(
    { fromMs: Math.max(fromMs, oldestMs), toMs, isIndexed: hasIndex(filter) },
    async (slice, withinMs) => {
      const [from, to] = [new Date(slice.fromMs).toISOString(), new Date(slice.toMs).toISOString()];
      const { sql, values } = logCondition({ ...filter, from, to });
      const step = `$${values.push(stepMs / 1000)}`;
      const rows = await queryWithin<{ start: Date; class: number; calls: number }>(
        `SELECT date_bin(make_interval(secs => ${step}), created_at, '1970-01-01 00:00:00+00') AS start,
           status / 100 AS class, sum(repeats)::float8 AS calls
         FROM hot.request_log WHERE ${sql} GROUP BY 1, 2`,
        values,
        withinMs,
      );
      if (rows !== undefined) cells.push(...rows.map((row) => ({ ...row, startMs: row.start.getTime() })));
      return rows;
    },
    () => false,
    () => performance.now(),
  );
  return { cells, scannedToMs: isDone ? null : scannedToMs };
}
