import type { SqlValue } from "#lib/db/pool";
import type { Stretch } from "./cover.ts";
import type { MetricPlan } from "./plan.ts";
import type { MetricsQuery } from "./schema.ts";

/** Makes a value a parameter of the statement and answers its place in the text. */
export type Given = (value: SqlValue) => string;

/** What each row of a stretch's rollup adds to a chart: (at, grp, n). */
export function sumSource(plan: MetricPlan, query: MetricsQuery, stretch: Stretch, given: Given): string {
  const what = plan.metric === "cost" ? "cost" : `(${sumOf(plan, query)})::float8`;
  return `SELECT ${timeOf(stretch)} AS at, ${plan.groupColumn ?? "'total'::text"} AS grp, ${what} AS n
      FROM ${tableOf(plan, query, stretch)} WHERE ${conditionOf(plan, query, stretch, given)}`;
}

/** Which rollup is read; by status, each of its rows counts once per class. */
export function tableOf({ family }: MetricPlan, { groupBy }: MetricsQuery, { level }: Stretch): string {
  const table = `hot.rollup_${level}_${family}`;
  if (family === "model" || groupBy !== "status") return table;
  return `${table} CROSS JOIN LATERAL (VALUES ('2xx', requests - errors), ('4xx', errors - failures), ('5xx', failures)) AS c (class, calls)`;
}

/** The column of a row's beginning. */
export function timeOf({ level }: Stretch): string {
  return level === "minute" ? "minute" : "start";
}

/** The beginning of the chart's step that `at` falls into. */
export function stepOf({ stepMs }: MetricPlan, given: Given): string {
  return `date_bin(make_interval(secs => ${given(stepMs / 1000)}), at, '1970-01-01 00:00:00+00')`;
}

/** Which rows count: the stretch, to its end but not with it, and every filter. */
export function conditionOf(plan: MetricPlan, query: MetricsQuery, stretch: Stretch, given: Given): string {
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

/** What a row counts for the metric, as SQL. */
export function sumOf({ metric, family }: MetricPlan, { status, groupBy }: MetricsQuery): string {
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
