import { queryReport } from "#lib/db/bounded";
import type { SqlValue } from "#lib/db/pool";
import type { MetricPlan } from "./plan.ts";
import type { MetricsQuery } from "./schema.ts";
import type { MetricCell } from "./series.ts";
import type { Found } from "./store.ts";

/** The most calls at once per step and group. What lies beyond the largest groups is left out: peaks do not add up. */
export async function peakMetric(
  { stepMs, fromMs, toMs }: MetricPlan,
  query: MetricsQuery,
): Promise<Found<MetricCell>> {
  const values: SqlValue[] = [];
  const given = (value: SqlValue) => `$${values.push(value)}`;
  const minuteFrom = new Date(Math.floor(fromMs / 60_000) * 60_000);
  const column = { model: "model", account: "account_id", key: "key_id" };
  const by = query.groupBy;
  const group = by === "model" || by === "account" || by === "key" ? column[by] : "'total'::text";
  const rows = await queryReport<{ start: Date; group: string; peak: number; groups: number }>(
    `WITH counted AS (SELECT minute, account_id, key_id, model, greatest(max(shared), sum(own))::float8 AS n
       FROM hot.concurrency_minute
       WHERE minute >= ${given(minuteFrom)} AND minute < ${given(new Date(toMs))} AND ${whose(query, given)}
       GROUP BY 1, 2, 3, 4),
     cell AS (SELECT date_bin(make_interval(secs => ${given(stepMs / 1000)}), minute, '1970-01-01 00:00:00+00') AS start,
         ${group} AS grp, max(n) AS n FROM counted GROUP BY 1, 2),
     total AS (SELECT grp, max(n) AS n FROM cell GROUP BY grp),
     largest AS (SELECT grp FROM total ORDER BY n DESC, grp LIMIT ${query.top})
     SELECT start, grp AS "group", n AS peak, (SELECT count(*)::int FROM total) AS groups
     FROM cell JOIN largest USING (grp)`,
    values,
  );
  const cells = rows.map(({ start, group: of, peak }) => ({
    startMs: start.getTime(),
    group: of,
    sum: peak,
    costNanoUsd: 0n,
  }));
  return { cells, groups: rows[0]?.groups ?? 0 };
}

/** Which counters are looked at: everybody's, an account's, or a key's; on a model, or whichever is fullest. */
function whose(
  { accountId, keyId, model, groupBy }: MetricsQuery,
  given: (value: SqlValue) => string,
): string {
  const parts: string[] = [];
  const isOfAll =
    accountId === undefined && keyId === undefined && groupBy !== "account" && groupBy !== "key";
  if (accountId !== undefined) parts.push(`account_id = ${given(accountId)}`);
  else parts.push(isOfAll ? "account_id = ''" : "account_id <> ''");
  if (keyId !== undefined) parts.push(`key_id = ${given(keyId)}`);
  else parts.push(groupBy === "key" ? "key_id <> ''" : "key_id = ''");
  if (model !== undefined) parts.push(`model = ${given(model)}`);
  else if (groupBy === "model") parts.push("model <> ''");
  else if (isOfAll) parts.push("model = ''");
  return parts.join(" AND ");
}
