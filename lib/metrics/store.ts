import { queryRows, type SqlValue } from "#lib/db/pool";
import type { MetricPlan } from "./plan.ts";
import type { MetricsQuery } from "./schema.ts";
import { type LatencyCell, type MetricCell, otherGroup } from "./series.ts";

const largestGroups = 8;

/**
 * Sums of a rollup per step and group. The 8 groups that sum to most in the whole range stand for themselves, all
 * others are summed as `other`. `from` counts from its whole minute on; `to` is not included.
 */
export async function sumMetric(plan: MetricPlan, query: MetricsQuery): Promise<MetricCell[]> {
  const { where, values } = conditionOf(plan, query);
  const group = plan.groupColumn ?? "'total'::text";
  const rows = await queryRows<{ start: bigint; group: string; sum: number; cost: string }>(
    `WITH cell AS (
       SELECT (extract(epoch FROM minute)::bigint * 1000 / $1::bigint) * $1::bigint AS start, ${group} AS grp,
              coalesce(sum(${sumOf(plan)}), 0) AS sum, coalesce(sum(cost), 0) AS cost
       FROM hot.${plan.table} WHERE ${where} GROUP BY 1, 2),
     largest AS (
       SELECT grp FROM cell GROUP BY grp
       ORDER BY sum(${plan.metric === "cost" ? "cost" : "sum"}) DESC, grp LIMIT ${largestGroups})
     SELECT start, CASE WHEN grp IN (SELECT grp FROM largest) THEN grp ELSE '${otherGroup}' END AS "group",
            sum(sum)::float8 AS sum, sum(cost)::text AS cost
     FROM cell GROUP BY 1, 2`,
    values,
  );
  return rows.map((row) => ({
    startMs: Number(row.start),
    group: row.group,
    sum: row.sum,
    costNanoUsd: BigInt(row.cost),
  }));
}

/** Latency histograms per step. Refused calls (4xx) never reached a model and are left out. */
export async function sumLatency(plan: MetricPlan, query: MetricsQuery): Promise<LatencyCell[]> {
  const { where, values } = conditionOf(plan, query);
  const rows = await queryRows<{ start: bigint; bucket: bigint; count: number }>(
    `SELECT (extract(epoch FROM minute)::bigint * 1000 / $1::bigint) * $1::bigint AS start,
            h.position - 1 AS bucket, sum(h.count)::float8 AS count
     FROM hot.rollup_minute_model
     CROSS JOIN LATERAL unnest(latency_histogram) WITH ORDINALITY AS h (count, position)
     WHERE ${where} AND status_class <> 4 AND h.count > 0 GROUP BY 1, 2`,
    values,
  );
  return rows.map((row) => ({ startMs: Number(row.start), bucket: Number(row.bucket), count: row.count }));
}

function conditionOf(plan: MetricPlan, query: MetricsQuery): { where: string; values: SqlValue[] } {
  const values: SqlValue[] = [plan.stepMs, new Date(plan.fromMs), new Date(plan.toMs)];
  const parts = ["minute >= date_trunc('minute', $2::timestamptz)", "minute < $3::timestamptz"];
  const filters = [
    ["model", query.model],
    ["group_id", query.group],
    ["channel_id", query.channelId],
    ["account_id", query.accountId],
    ["key_id", query.keyId],
  ] as const;
  for (const [column, value] of filters) {
    if (value !== undefined) parts.push(`${column} = $${values.push(value)}`);
  }
  return { where: parts.join(" AND "), values };
}

function sumOf({ metric, table }: MetricPlan): string {
  if (metric === "tpm") return "prompt_tokens + completion_tokens";
  if (metric === "ipm") return "images";
  if (metric === "errors") {
    return table === "rollup_minute_key" ? "errors" : "CASE WHEN status_class >= 4 THEN requests ELSE 0 END";
  }
  return "requests";
}
