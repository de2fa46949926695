import { queryWithin } from "#lib/db/bounded";
import { type LogFilter, logCondition } from "#lib/logs/filters";
import { BUCKET_EDGES_MS } from "#lib/logs/histogram";
import { oldestLogDay } from "#lib/logs/partition-store";
import { hasIndex, walkBack } from "#lib/logs/scan";
import type { MetricPlan } from "./plan.ts";
import type { RowCount } from "./row-cells.ts";
import type { MetricsQuery } from "./schema.ts";

/** A chart's figures from the rows themselves, and from when on they were read; null: all of them. */
export type CountedRows = { counts: RowCount[]; scannedToMs: number | null; oldestMs: number };

/** Reads the rows of a chart, newest first, for two seconds at most: per step, group and, of latencies, bucket. */
export async function countMetricRows(plan: MetricPlan, query: MetricsQuery): Promise<CountedRows> {
  const { accountId, keyId, model, channelId, group, status } = query;
  const filter: LogFilter = { accountId, keyId, model, channelId, group, status };
  const { fromMs, toMs, stepMs } = plan;
  const oldestMs = (await oldestLogDay())?.getTime() ?? toMs;
  const firstMs = Math.max(Math.floor(fromMs / stepMs) * stepMs, oldestMs);
  const counts: RowCount[] = [];
  const { scannedToMs, isDone } = await walkBack(
    { fromMs: firstMs, toMs, isIndexed: hasIndex(filter) },
    async (slice, withinMs) => {
      const [from, to] = [new Date(slice.fromMs).toISOString(), new Date(slice.toMs).toISOString()];
      const { sql, values } = logCondition({ ...filter, from, to });
      const step = `$${values.push(stepMs / 1000)}`;
      const rows = await queryWithin<RowCount>(
        `SELECT grp, string_agg(start::text, ',') AS starts, string_agg(bucket::text, ',') AS buckets, string_agg(n::text, ',') AS n
         FROM (SELECT ${plan.groupColumn ?? "'total'::text"} AS grp, ${bucketOfRow(plan)} AS bucket, ${amountOf(plan)} AS n,
             date_part('epoch', date_bin(make_interval(secs => ${step}), created_at, '1970-01-01 00:00:00+00')) AS start
           FROM hot.request_log WHERE ${sql}${reached(plan)} GROUP BY 1, 2, 4) s GROUP BY grp`,
        values,
        withinMs,
      );
      if (rows !== undefined) counts.push(...rows);
      return rows;
    },
    () => false,
    () => performance.now(),
  );
  return { counts, scannedToMs: isDone ? null : scannedToMs, oldestMs };
}

// Whole milliseconds: "above the edge" is "from the edge + 1 on".
const thresholds = `ARRAY[${BUCKET_EDGES_MS.map((edge) => edge + 1).join(",")}]::int[]`;
const milliseconds = ({ metric }: MetricPlan) => (metric === "latency" ? "latency_ms" : "first_token_ms");

function bucketOfRow(plan: MetricPlan): string {
  return plan.isLatency ? `width_bucket(${milliseconds(plan)}, ${thresholds})` : "0";
}

/** Refused calls (4xx) never reached a model: they have no latency. */
function reached(plan: MetricPlan): string {
  return plan.isLatency ? ` AND (status < 400 OR status >= 500) AND ${milliseconds(plan)} IS NOT NULL` : "";
}

/** What lib/logs/rollup.ts would have added up. */
function amountOf({ metric }: MetricPlan): string {
  if (metric === "rpm") return "sum(repeats)";
  if (metric === "errors") return "coalesce(sum(repeats) FILTER (WHERE status >= 400), 0)";
  if (metric === "tpm") return "sum(prompt_tokens + completion_tokens)";
  if (metric === "ipm") return "sum(images)";
  if (metric === "vpm")
    return "count(*) FILTER (WHERE status < 400 AND (endpoint = '/v1/videos' OR endpoint ~ '^/v3/.*(video|[-_][ti]2v$|minimax)') AND parent_id IS NULL)";
  if (metric === "apm") return "count(*) FILTER (WHERE status < 400 AND endpoint LIKE '/v1/audio/%')";
  return metric === "cost" ? "sum(cost)" : "sum(repeats)";
}
