import { queryReport } from "#lib/db/bounded";
import type { SqlValue } from "#lib/db/pool";
import type { Stretch } from "./cover.ts";
import { type LineRow, lineCells } from "./line-cells.ts";
import type { MetricLine, MetricPlan } from "./plan.ts";
import { type Given, stepOf, sumSource } from "./rollup-sql.ts";
import type { MetricsQuery } from "./schema.ts";
import type { MetricCell } from "./series.ts";

const lineColumns = {
  ...{ rpm: "requests", tpm: "tokens", ipm: "images", vpm: "videos", apm: "audios" },
  ...{ cost: "cost", errors: "errors", latency: "requests", firstToken: "requests", concurrency: "requests" },
} as const;

/**
 * Sums of a chart of one dimension, from its lines where hours and days are summed, else from minutes. The largest groups
 * are found by their lines' sums; only theirs are then taken apart, and beside them the lines of all calls (those by
 * status): what these have more is `other`. Taking all lines apart in SQL takes ten times as long.
 */
export async function sumLines(
  plan: MetricPlan,
  line: MetricLine,
  query: MetricsQuery,
  stretches: readonly Stretch[],
): Promise<{ cells: MetricCell[]; groups: number }> {
  const values: SqlValue[] = [];
  const given: Given = (value) => `$${values.push(value)}`;
  const minutes = stretches.filter(({ level }) => level === "minute");
  const coarse = stretches.filter(({ level }) => level !== "minute");
  const column = lineColumns[plan.metric];
  const grp = query.groupBy === undefined ? "'total'::text" : "id";
  const lines = coarse.map((stretch) => lineCondition(stretch, given));
  const ids = line.ids === undefined ? "" : ` AND id = ANY(${given([...line.ids])}::text[])`;
  const own = lines.map((condition) => `${condition} AND dimension = '${line.dimension}'${ids}`);
  const hasOther = query.groupBy !== undefined && line.ids === undefined;
  const parts = [
    `SELECT CASE WHEN grp IN (SELECT grp FROM largest) THEN grp END AS grp, 'minute' AS span, NULL::timestamptz AS start,
       string_agg((date_part('epoch', at) / 60)::text, ',') AS at, string_agg(n::text, ',') AS n FROM cell GROUP BY 1`,
    ...own.map(
      (condition) => `SELECT ${grp}, span, start, array_to_string(at, ','), array_to_string(${column}, ',')
      FROM hot.rollup_line WHERE ${condition} AND ${grp} IN (SELECT grp FROM largest)`,
    ),
    ...(hasOther ? lines : []).map(
      (condition) => `SELECT NULL, span, start, array_to_string(at, ','), array_to_string(${column}, ',')
      FROM hot.rollup_line WHERE ${condition} AND dimension = 'status' AND (SELECT count(*) FROM total) > ${query.top}`,
    ),
  ];
  const rows = await queryReport<LineRow & { groups: number }>(
    `WITH cell AS (${minuteCells(plan, query, minutes, given)}),
     total AS (SELECT grp, sum(n) AS n FROM (
         SELECT grp, n::numeric FROM cell ${own
           .map(
             (condition) => `UNION ALL SELECT ${grp}, (SELECT sum(x) FROM unnest(${column}) x)::numeric
         FROM hot.rollup_line WHERE ${condition}`,
           )
           .join(" ")}) s GROUP BY grp HAVING sum(n) > 0),
     largest AS (SELECT grp FROM total ORDER BY n DESC, grp LIMIT ${query.top})
     SELECT s.*, (SELECT count(*)::int FROM total) AS groups FROM (${parts.join(" UNION ALL ")}) s`,
    values,
  );
  return {
    cells: lineCells(rows, { stepMs: plan.stepMs, isCost: plan.metric === "cost" }),
    groups: rows[0]?.groups ?? 0,
  };
}

function lineCondition({ level, fromMs, toMs }: Stretch, given: Given): string {
  return `span = '${level}' AND start >= ${given(new Date(fromMs))} AND start < ${given(new Date(toMs))}`;
}

/** What is not summed yet, by step and group. */
function minuteCells(
  plan: MetricPlan,
  query: MetricsQuery,
  minutes: readonly Stretch[],
  given: Given,
): string {
  if (minutes.length === 0)
    return "SELECT NULL::timestamptz AS at, NULL::text AS grp, 0::numeric AS n WHERE false";
  const sources = minutes.map((stretch) => sumSource(plan, query, stretch, given));
  return `SELECT ${stepOf(plan, given)} AS at, grp, sum(n)::numeric AS n
    FROM (${sources.join(" UNION ALL ")}) s GROUP BY 1, 2 HAVING sum(n) > 0`;
}
