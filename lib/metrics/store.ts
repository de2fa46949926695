import { queryReport } from "#lib/db/bounded";
import { queryRows, type SqlValue } from "#lib/db/pool";
import { BUCKET_EDGES_MS } from "#lib/logs/histogram";
import type { Stretch, SummedSpans } from "./cover.ts";
import type { MetricLine, MetricPlan } from "./plan.ts";
import type { MetricsQuery } from "./schema.ts";
import { type LatencyCell, type MetricCell, otherGroup } from "./series.ts";

/** What the database told: cells, the rest summed as `other`, and how many groups there are in all. */
export type Found<Cell> = { cells: Cell[]; groups: number };
type Given = (value: SqlValue) => string;

/** Whole hours and days of a range whose sums stand. None where no step could use them. */
export async function findSummed({ fromMs, toMs, stepMs, line }: MetricPlan): Promise<SummedSpans> {
  if (line === undefined && stepMs % 3_600_000 !== 0) return { hours: new Set(), days: new Set() };
  const rows = await queryRows<{ span: string; start: Date }>(
    "SELECT span, start FROM hot.rollup_span WHERE NOT stale AND start >= $1 AND start < $2",
    [new Date(fromMs), new Date(toMs)],
  );
  const of = (span: string) =>
    new Set(rows.flatMap((row) => (row.span === span ? [row.start.getTime()] : [])));
  return { hours: of("hour"), days: of("day") };
}

/**
 * Sums of the rollups per step and group. The groups that sum to most in the whole range stand for themselves, all
 * others are summed as `other`. `from` counts from its whole minute on; `to` is not included.
 */
export async function sumMetric(
  plan: MetricPlan,
  query: MetricsQuery,
  stretches: readonly Stretch[],
): Promise<Found<MetricCell>> {
  const values: SqlValue[] = [];
  const given: Given = (value) => `$${values.push(value)}`;
  if (stretches.length === 0) return { cells: [], groups: 0 };
  const isCost = plan.metric === "cost";
  const what = isCost ? "cost" : `(${sumOf(plan, query)})::float8`;
  const sources = stretches.map((stretch) =>
    plan.line !== undefined && stretch.level !== "minute"
      ? lineSource(plan, query, plan.line, stretch, given)
      : `SELECT ${timeOf(stretch)} AS at, ${plan.groupColumn ?? "'total'::text"} AS grp, ${what} AS n
      FROM ${tableOf(plan, query, stretch)} WHERE ${conditionOf(plan, query, stretch, given)}`,
  );
  const rows = await queryReport<{ start: Date; group: string; sum: string | number; groups: number }>(
    `WITH cell AS (SELECT ${stepOf(plan, given)} AS start, grp, sum(n) AS n
       FROM (${sources.join(" UNION ALL ")}) s GROUP BY 1, 2),
     total AS (SELECT grp, sum(n) AS n FROM cell GROUP BY grp HAVING sum(n) > 0),
     largest AS (SELECT grp FROM total ORDER BY n DESC, grp LIMIT ${query.top})
     SELECT start, CASE WHEN l.grp IS NULL THEN '${otherGroup}' ELSE l.grp END AS "group", sum(cell.n) AS sum,
            (SELECT count(*)::int FROM total) AS groups
     FROM cell JOIN total t USING (grp) LEFT JOIN largest l USING (grp) GROUP BY 1, 2`,
    values,
  );
  const cells = rows.map(({ start, group, sum }) => ({
    startMs: start.getTime(),
    group,
    sum: isCost ? 0 : Number(sum),
    costNanoUsd: isCost ? BigInt(sum) : 0n,
  }));
  return { cells, groups: rows[0]?.groups ?? 0 };
}

/** Histograms per step and group. Refused calls (4xx) never reached a model and are left out. */
export async function sumLatency(
  plan: MetricPlan,
  query: MetricsQuery,
  stretches: readonly Stretch[],
): Promise<Found<LatencyCell>> {
  const values: SqlValue[] = [];
  const given: Given = (value) => `$${values.push(value)}`;
  if (stretches.length === 0) return { cells: [], groups: 0 };
  const name = plan.metric === "latency" ? "latency" : "first_token";
  const sources = stretches.map((stretch) => {
    const isRows = plan.family === "key" && stretch.level === "minute";
    if (isRows) return rowSource(plan, query, stretch, given);
    return `SELECT ${timeOf(stretch)} AS at, ${plan.groupColumn ?? "'total'::text"} AS grp, ${name}_histogram AS h
      FROM ${tableOf(plan, query, stretch)} WHERE ${conditionOf(plan, query, stretch, given)}
        AND ${plan.family === "key" ? `${name}_histogram IS NOT NULL` : "status_class <> 4"}`;
  });
  // Subscripts of an array of fixed length are far cheaper than unnesting it.
  const sums = (of: (bucket: number) => string) =>
    buckets.map((bucket) => `sum(${of(bucket)}) AS h${bucket}`);
  const all = buckets.map((bucket) => `sum(h${bucket})::float8`);
  const rows = await queryReport<{ start: Date; group: string; histogram: number[]; groups: number }>(
    `WITH cell AS (SELECT ${stepOf(plan, given)} AS start, grp, ${sums((bucket) => `h[${bucket}]`).join(", ")}
       FROM (${sources.join(" UNION ALL ")}) s GROUP BY 1, 2),
     total AS (SELECT grp, sum(${buckets.map((bucket) => `h${bucket}`).join(" + ")}) AS n FROM cell GROUP BY grp),
     largest AS (SELECT grp FROM total ORDER BY n DESC, grp LIMIT ${query.top})
     SELECT start, CASE WHEN l.grp IS NULL THEN '${otherGroup}' ELSE l.grp END AS "group",
            ARRAY[${all.join(", ")}] AS histogram, (SELECT count(*)::int FROM total WHERE n > 0) AS groups
     FROM cell LEFT JOIN largest l USING (grp) GROUP BY 1, 2`,
    values,
  );
  const cells = rows.map(({ start, group, histogram }) => ({ startMs: start.getTime(), group, histogram }));
  return { cells, groups: rows[0]?.groups ?? 0 };
}

const lineColumns = {
  ...{ rpm: "requests", tpm: "tokens", ipm: "images", vpm: "videos", apm: "audios" },
  ...{ cost: "cost", errors: "errors", latency: "requests", firstToken: "requests" },
} as const;

/** The minutes of hours, or the hours of days, of one dimension. */
function lineSource(
  plan: MetricPlan,
  { groupBy }: MetricsQuery,
  { dimension, ids }: MetricLine,
  { level, fromMs, toMs }: Stretch,
  given: Given,
): string {
  const isCost = plan.metric === "cost";
  const asked = ids === undefined ? "" : ` AND id = ANY(${given([...ids])}::text[])`;
  return `SELECT start + u.at * interval '1 ${level === "hour" ? "minute" : "hour"}' AS at,
      ${groupBy === undefined ? "'total'::text" : "id"} AS grp, ${isCost ? "u.n" : "u.n::float8"} AS n
    FROM hot.rollup_line l CROSS JOIN LATERAL unnest(l.at, l.${lineColumns[plan.metric]}) AS u (at, n)
    WHERE span = '${level}' AND dimension = '${dimension}' AND start >= ${given(new Date(fromMs))}
      AND start < ${given(new Date(toMs))}${asked} AND u.n > 0`;
}

const buckets = Array.from({ length: BUCKET_EDGES_MS.length + 1 }, (_, index) => index + 1);
// Whole milliseconds: "above the edge" is "from the edge + 1 on".
const thresholds = `ARRAY[${BUCKET_EDGES_MS.map((edge) => edge + 1).join(",")}]::int[]`;

/** Rows counted into a histogram of their own per minute, for keys, whose minutes have none. */
function rowSource(plan: MetricPlan, query: MetricsQuery, stretch: Stretch, given: Given): string {
  const ms = plan.metric === "latency" ? "latency_ms" : "first_token_ms";
  const group = plan.groupColumn === undefined ? "'total'" : `coalesce(${plan.groupColumn}::text, '')`;
  const parts = [
    `created_at >= ${given(new Date(stretch.fromMs))}`,
    `created_at < ${given(new Date(stretch.toMs))}`,
    `(status < 400 OR status >= 500) AND ${ms} IS NOT NULL`,
  ];
  if (query.accountId !== undefined) parts.push(`account_id = ${given(query.accountId)}::uuid`);
  if (query.keyId !== undefined) parts.push(`key_id = ${given(query.keyId)}::uuid`);
  if (query.model !== undefined) parts.push(`model = ${given(query.model)}`);
  const counts = buckets.map((bucket) => `count(*) FILTER (WHERE b = ${bucket - 1})::int`);
  return `SELECT at, grp, ARRAY[${counts.join(", ")}] AS h FROM (
      SELECT date_trunc('minute', created_at) AS at, ${group} AS grp, width_bucket(${ms}, ${thresholds}) AS b
      FROM hot.request_log WHERE ${parts.join(" AND ")}) r GROUP BY 1, 2`;
}

function tableOf({ family }: MetricPlan, { groupBy }: MetricsQuery, { level }: Stretch): string {
  const table = `hot.rollup_${level}_${family}`;
  if (family === "model" || groupBy !== "status") return table;
  return `${table} CROSS JOIN LATERAL (VALUES ('2xx', requests - errors), ('4xx', errors - failures), ('5xx', failures)) AS c (class, calls)`;
}

function timeOf({ level }: Stretch): string {
  return level === "minute" ? "minute" : "start";
}

function stepOf({ stepMs }: MetricPlan, given: Given): string {
  return `date_bin(make_interval(secs => ${given(stepMs / 1000)}), at, '1970-01-01 00:00:00+00')`;
}

function conditionOf(plan: MetricPlan, query: MetricsQuery, stretch: Stretch, given: Given): string {
  const time = timeOf(stretch);
  const parts = [
    `${time} >= ${given(new Date(stretch.fromMs))}`,
    `${time} < ${given(new Date(stretch.toMs))}`,
  ];
  const filters = [
    ["model", query.model],
    ["group_id", query.group],
    ["channel_id", query.channelId],
    ["account_id", query.accountId],
    ["key_id", query.keyId],
  ] as const;
  for (const [column, value] of filters) {
    if (value !== undefined) parts.push(`${column} = ${given(value)}`);
  }
  if (plan.family === "model" && query.status !== undefined)
    parts.push(query.status === "failed" ? "status_class >= 4" : `status_class = ${query.status.charAt(0)}`);
  if (plan.family === "key" && query.groupBy === "status")
    parts.push("calls > 0", classCondition(plan, query));
  return parts.join(" AND ");
}

function classCondition({ metric }: MetricPlan, { status }: MetricsQuery): string {
  const wanted = metric === "errors" ? "class <> '2xx'" : "true";
  if (status === undefined) return wanted;
  return `${wanted} AND ${status === "failed" ? "class <> '2xx'" : `class = '${status}'`}`;
}

function sumOf({ metric, family }: MetricPlan, { status, groupBy }: MetricsQuery): string {
  if (metric === "tpm") return "prompt_tokens + completion_tokens";
  if (metric === "ipm") return "images";
  if (metric === "vpm") return "videos";
  if (metric === "apm") return "audios";
  if (family === "model") {
    return metric === "errors" ? "CASE WHEN status_class >= 4 THEN requests ELSE 0 END" : "requests";
  }
  if (groupBy === "status") return "calls";
  const ofClass = {
    "2xx": "requests - errors",
    "4xx": "errors - failures",
    "5xx": "failures",
    failed: "errors",
  };
  if (metric === "rpm") return status === undefined ? "requests" : ofClass[status];
  return status === "2xx" ? "0" : ofClass[status ?? "failed"];
}
