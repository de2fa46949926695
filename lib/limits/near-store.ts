import { type Queryable, queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";
import type { Metric } from "./metrics.ts";
import type { KeyMinute } from "./near.ts";

const MOST_ROWS = 50_000;

/** What keys took in the whole minutes from one to another (ms epoch, both included), the fullest rows first. */
export async function readKeyMinutes(on: Queryable, fromMs: number, lastMs: number): Promise<KeyMinute[]> {
  return queryRows<KeyMinute>(
    `SELECT extract(epoch FROM r.minute)::float8 * 1000 AS "minuteMs", r.account_id AS "accountId",
            a.name AS "accountName", r.key_id AS "keyId", coalesce(k.group_id, a.group_id) AS "groupId", r.model,
            r.requests::float8 AS requests, (r.prompt_tokens + r.completion_tokens)::float8 AS tokens,
            r.images::float8 AS images, r.videos::float8 AS videos, r.audios::float8 AS audios
     FROM hot.rollup_minute_key r
     JOIN account a ON a.id::text = r.account_id LEFT JOIN api_key k ON k.id::text = r.key_id
     WHERE r.minute >= $1 AND r.minute <= $2 ORDER BY r.requests DESC LIMIT ${MOST_ROWS}`,
    [new Date(fromMs), new Date(lastMs)],
    on,
  );
}

/** Takes the right to write to an account about a limit; false: it was written to since `before`. */
export async function claimNotice(
  tx: Transaction,
  { accountId, model, metric }: { accountId: string; model: string | null; metric: Metric },
  { now, before }: { now: Date; before: Date },
): Promise<boolean> {
  const claimed = await tx.$executeRaw`
    INSERT INTO limit_notice AS n (account_id, model, metric, sent_at)
    VALUES (${accountId}::uuid, ${model ?? ""}, ${metric}, ${now})
    ON CONFLICT (account_id, model, metric) DO UPDATE SET sent_at = excluded.sent_at WHERE n.sent_at < ${before}`;
  return claimed > 0;
}
