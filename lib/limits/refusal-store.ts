import { type Queryable, queryRows } from "#lib/db/pool";
import type { ListRefusals } from "./refusal-schema.ts";
import type { RefusalCount } from "./refusals.ts";
import { namesOf } from "./store.ts";

/** Adds to the running hour, in the order of the key, so that nodes do not wait for each other crosswise. */
export async function addRefusals(on: Queryable, counts: readonly RefusalCount[]): Promise<void> {
  await on.query({
    name: "add-limit-refusals",
    text: `INSERT INTO hot.limit_refusal AS r (hour, account_id, scope, scope_id, model, metric, shadow, count)
      SELECT date_trunc('hour', clock_timestamp(), 'UTC'), "accountId", scope, coalesce("scopeId", ''),
        coalesce(model, ''), metric, shadow, count
      FROM json_to_recordset($1) AS j("accountId" uuid, scope text, "scopeId" text, model text, metric text,
        shadow boolean, count bigint)
      ORDER BY 2, 3, 4, 5, 6, 7
      ON CONFLICT (hour, account_id, scope, scope_id, model, metric, shadow)
        DO UPDATE SET count = r.count + excluded.count`,
    values: [JSON.stringify(counts)],
  });
}

/** They are for looking at lately: a month of them is kept. */
export async function forgetRefusals(on: Queryable): Promise<void> {
  await on.query("DELETE FROM hot.limit_refusal WHERE hour < now() - interval '31 days'");
}

export type RefusalSum = {
  accountId: string | null;
  accountName: string | null;
  scope: string | null;
  scopeId: string | null;
  scopeName: string | null;
  model: string | null;
  metric: string | null;
  refused: number;
  wouldRefuse: number;
};

const groupings = {
  account: "r.account_id",
  model: "r.model",
  limit: "r.scope, r.scope_id, r.model, r.metric",
} as const;

/** Who or what was refused most since a moment, the most first. */
export async function sumRefusals({ by, hours, accountId, limit }: ListRefusals): Promise<RefusalSum[]> {
  const rows = await queryRows<{
    account_id: string | null;
    account_name: string | null;
    scope: string | null;
    scope_id: string | null;
    model: string | null;
    metric: string | null;
    refused: bigint;
    would_refuse: bigint;
  }>(
    `SELECT ${by === "account" ? "r.account_id, min(a.name) AS account_name" : "NULL AS account_id, NULL AS account_name"},
       ${by === "limit" ? "r.scope, r.scope_id, r.metric" : "NULL AS scope, NULL AS scope_id, NULL AS metric"},
       ${by === "account" ? "NULL AS model" : "r.model"},
       coalesce(sum(r.count) FILTER (WHERE NOT r.shadow), 0)::bigint AS refused,
       coalesce(sum(r.count) FILTER (WHERE r.shadow), 0)::bigint AS would_refuse
     FROM hot.limit_refusal r LEFT JOIN account a ON a.id = r.account_id
     WHERE r.hour > now() - make_interval(hours => $1) AND ($2::uuid IS NULL OR r.account_id = $2)
     GROUP BY ${groupings[by]} ORDER BY refused DESC, would_refuse DESC, ${groupings[by]} LIMIT $3`,
    [hours, accountId ?? null, limit],
  );
  const names = await namesOf(rows.map((row) => ({ scope: row.scope, scopeId: row.scope_id })));
  return rows.map((row) => ({
    accountId: row.account_id,
    accountName: row.account_name,
    scope: row.scope,
    scopeId: row.scope_id || null,
    scopeName: names.get(row.scope_id ?? "") ?? null,
    model: row.model || null,
    metric: row.metric,
    refused: Number(row.refused),
    wouldRefuse: Number(row.would_refuse),
  }));
}
