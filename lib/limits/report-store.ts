import { queryRows } from "#lib/db/pool";
import type { UsedMinute } from "./history.ts";

const limited = "error_code IN ('rate_limit_exceeded', 'request_exceeds_limit')";
type Whose = { accountId: string; keyId?: string | undefined; model?: string | undefined };

/** What an account (or a key of it) took in each minute since a moment; minutes without calls are left out. */
export async function readUsedMinutes(
  { accountId, keyId, model }: Whose,
  since: Date,
): Promise<UsedMinute[]> {
  return queryRows<UsedMinute>(
    `SELECT extract(epoch FROM minute)::float8 * 1000 AS "minuteMs", sum(requests)::float8 AS requests,
            sum(prompt_tokens + completion_tokens)::float8 AS tokens, sum(images)::float8 AS images,
            sum(videos)::float8 AS videos, sum(audios)::float8 AS audios
     FROM hot.rollup_minute_key
     WHERE account_id = $1 AND minute >= $2 AND ($3::text IS NULL OR key_id = $3) AND ($4::text IS NULL OR model = $4)
     GROUP BY minute ORDER BY minute`,
    [accountId, since, keyId ?? null, model ?? null],
  );
}

/** How many calls of an account limits refused in each minute since a moment. */
export async function readRefusedMinutes(
  { accountId, keyId, model }: Whose,
  since: Date,
): Promise<{ minuteMs: number; refused: number }[]> {
  return queryRows<{ minuteMs: number; refused: number }>(
    `SELECT extract(epoch FROM date_trunc('minute', created_at))::float8 * 1000 AS "minuteMs",
            sum(repeats)::float8 AS refused
     FROM hot.request_log
     WHERE account_id = $1::uuid AND created_at >= $2 AND ${limited}
       AND ($3::uuid IS NULL OR key_id = $3) AND ($4::text IS NULL OR model = $4)
     GROUP BY 1`,
    [accountId, since, keyId ?? null, model ?? null],
  );
}
