import { queryRows, type SqlValue } from "#lib/db/pool";
import { madeBy } from "#lib/logs/like-rows";
import type { LoggedCall } from "./dry-run.ts";
import type { Limit } from "./resolve.ts";

/** Where reading goes on: the last row's time (Postgres' own text) and id. */
export type LogPosition = readonly [at: string, requestId: string];

/**
 * The minute from which on a limit's calls, up to now, are no more than `mostCalls` by the rollups; `from` where all
 * are. Reads no rows of the log.
 */
export async function startWithin(proposed: Limit, fromMs: number, mostCalls: number): Promise<number> {
  const values: SqlValue[] = [new Date(fromMs), mostCalls];
  const { table, condition } = rollupOf(proposed, values);
  const rows = await queryRows<{ minute: Date | null }>(
    `SELECT max(minute) AS minute FROM (
       SELECT minute, sum(sum(requests)) OVER (ORDER BY minute DESC) AS calls FROM hot.${table}
       WHERE minute >= $1 ${condition} GROUP BY minute) AS later
     WHERE calls > $2`,
    values,
  );
  const tooMany = rows[0]?.minute;
  return tooMany == null ? fromMs : Math.max(fromMs, tooMany.getTime() + 60_000);
}

/** Calls that came as far as limits, in the order of their admission, after a position. */
export async function readLoggedCalls(
  proposed: Limit,
  range: { fromMs: number; toMs: number },
  after: LogPosition | undefined,
  most: number,
): Promise<{ calls: LoggedCall[]; last: LogPosition | undefined }> {
  const values: SqlValue[] = [new Date(range.fromMs), new Date(range.toMs), most];
  const where = [...filters(proposed, values)];
  if (after !== undefined) {
    where.push(
      `(created_at, request_id) > ($${values.push(after[0])}::timestamptz, $${values.push(after[1])}::uuid)`,
    );
  }
  const rows = await queryRows<Row>(
    `SELECT created_at::text AS at, extract(epoch FROM created_at)::float8 * 1000 AS ms, request_id::text AS id,
            account_id::text AS account, key_id::text AS key, coalesce(group_id, '') AS grp,
            channel_id::text AS channel, coalesce(model, '') AS model,
            (prompt_tokens + completion_tokens)::float8 AS tokens,
            -- A task's images stand in the row of its end, and count when it was made.
            greatest(images, (SELECT t.images FROM hot.task t WHERE t.id = request_id)) AS images, endpoint, status, latency_ms AS duration,
            coalesce(error_code IN ('rate_limit_exceeded', 'request_exceeds_limit'), false) AS refused, repeats
     FROM hot.request_log
     WHERE created_at >= $1 AND created_at < $2 AND account_id IS NOT NULL AND key_id IS NOT NULL
       AND (error_code IS NULL OR channel_id IS NOT NULL OR error_code IN ('rate_limit_exceeded', 'request_exceeds_limit'))
       ${where.map((part) => `AND ${part}`).join(" ")}
     ORDER BY created_at, request_id LIMIT $3`,
    values,
  );
  const last = rows.at(-1);
  return { calls: rows.map(toCall), last: last && [last.at, last.id] };
}

type Row = {
  at: string;
  ms: number;
  id: string;
  account: string;
  key: string;
  grp: string;
  channel: string | null;
  model: string;
  tokens: number;
  images: number;
  endpoint: string;
  status: number;
  duration: number;
  refused: boolean;
  repeats: number;
};

function toCall(row: Row): LoggedCall {
  return {
    atMs: row.ms,
    accountId: row.account,
    keyId: row.key,
    groupId: row.grp,
    channelId: row.channel,
    model: row.model,
    tokens: row.tokens,
    images: row.images,
    makes: madeBy(row.endpoint),
    hasFailed: row.status >= 400,
    durationMs: row.duration,
    wasRefused: row.refused,
    calls: row.repeats,
  };
}

function filters({ scope, scopeId, model }: Limit, values: SqlValue[]): string[] {
  const column = { account: "account_id", key: "key_id", group: "group_id", channel: "channel_id" };
  const parts: string[] = [];
  if (scope !== "default" && scopeId !== null) {
    parts.push(`${column[scope]} = $${values.push(scopeId)}${scope === "group" ? "" : "::uuid"}`);
  }
  if (model !== null) parts.push(`model = $${values.push(model)}`);
  return parts;
}

/** The rollup that knows how many calls a limit is about. */
function rollupOf({ scope, scopeId, model }: Limit, values: SqlValue[]) {
  const isOfKeys = scope === "account" || scope === "key";
  const parts: string[] = [];
  const column = { account: "account_id", key: "key_id", group: "group_id", channel: "channel_id" };
  if (scope !== "default" && scopeId !== null) parts.push(`AND ${column[scope]} = $${values.push(scopeId)}`);
  if (model !== null) parts.push(`AND model = $${values.push(model)}`);
  return { table: isOfKeys ? "rollup_minute_key" : "rollup_minute_model", condition: parts.join(" ") };
}
