import { queryReport } from "#lib/db/bounded";
import { queryRows, type SqlValue } from "#lib/db/pool";
import { BUCKET_EDGES_MS } from "#lib/logs/histogram";
import type { Stretch, SummedSpans } from "./cover.ts";
import { sumLines } from "./line-store.ts";
import type { MetricPlan } from "./plan.ts";
import { conditionOf, type Given, stepOf, sumSource, tableOf, timeOf } from "./rollup-sql.ts";
import type { MetricsQuery } from "./schema.ts";
import { type LatencyCell, type MetricCell, otherGroup } from "./series.ts";

/** What the database told: cells, the rest summed as `other`, and how many groups there are in all. */
export type Found<Cell> = { cells: Cell[]; groups: number };

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
  if (plan.line !== undefined && stretches.some(({ level }) => level !== "minute"))
    return sumLines(plan, plan.line, query, stretches);
  const isCost = plan.metric === "cost";
  const sources = stretches.map((stretch) => sumSource(plan, query, stretch, given));
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
