import { inPoolTransaction, queryRows } from "#lib/db/pool";
import type { UsedMinute } from "./history.ts";

const limited = "error_code IN ('rate_limit_exceeded', 'request_exceeds_limit')";
const MOST_ROWS = 10;

export type RefusedRows = {
  refused: number;
  accounts: { accountId: string; refused: number; lastAt: Date }[];
  models: { model: string; refused: number; accounts: number }[];
};

/** Who and what was refused by limits since a moment, most first; undefined: it would have taken too long. */
export async function sumRefused(since: Date, mostMs: number): Promise<RefusedRows | undefined> {
  try {
    return await inPoolTransaction(async (client) => {
      await client.query("SELECT set_config('statement_timeout', $1, true)", [String(mostMs)]);
      const [total] = await queryRows<{ refused: number }>(
        `SELECT coalesce(sum(repeats), 0)::float8 AS refused FROM hot.request_log WHERE created_at >= $1 AND ${limited}`,
        [since],
        client,
      );
      const accounts = await queryRows<{ accountId: string; refused: number; lastAt: Date }>(
        `SELECT account_id::text AS "accountId", sum(repeats)::float8 AS refused, max(created_at) AS "lastAt"
         FROM hot.request_log WHERE created_at >= $1 AND ${limited} AND account_id IS NOT NULL
         GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST_ROWS}`,
        [since],
        client,
      );
      const models = await queryRows<{ model: string; refused: number; accounts: number }>(
        `SELECT coalesce(model, '') AS model, sum(repeats)::float8 AS refused,
                count(DISTINCT account_id)::float8 AS accounts
         FROM hot.request_log WHERE created_at >= $1 AND ${limited}
         GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST_ROWS}`,
        [since],
        client,
      );
      return { refused: total?.refused ?? 0, accounts, models };
    });
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  }
}

type Whose = { accountId: string; keyId?: string | undefined; model?: string | undefined };

/** What an account (or a key of it) took in each minute since a moment; minutes without calls are left out. */
export async function readUsedMinutes(
  { accountId, keyId, model }: Whose,
  since: Date,
): Promise<UsedMinute[]> {
  return queryRows<UsedMinute>(
    `SELECT extract(epoch FROM minute)::float8 * 1000 AS "minuteMs", sum(requests)::float8 AS requests,
            sum(prompt_tokens + completion_tokens)::float8 AS tokens, sum(images)::float8 AS images
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

function isTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "57014";
}
