import { type Queryable, queryRows } from "#lib/db/pool";
import type { RunningMinute } from "./near.ts";
import type { Peak } from "./peaks.ts";

const MOST_ROWS = 50_000;

/** Writes what a node counted of a minute; a part of it that was written before gives way to what is higher. */
export async function addPeaks(on: Queryable, nodeId: string, peaks: readonly Peak[]): Promise<void> {
  await on.query({
    name: "add-concurrency-peaks",
    text: `INSERT INTO hot.concurrency_minute AS c (minute, account_id, key_id, model, node_id, own, shared)
      SELECT to_timestamp("minuteMs" / 1000), "accountId", "keyId", model, $1, own, shared
      FROM json_to_recordset($2) AS j("minuteMs" float8, "accountId" text, "keyId" text, model text, own int, shared int)
      ORDER BY 1, 2, 3, 4
      ON CONFLICT (minute, account_id, key_id, model, node_id)
        DO UPDATE SET own = greatest(c.own, excluded.own), shared = greatest(c.shared, excluded.shared)`,
    values: [nodeId, JSON.stringify(peaks)],
  });
}

/** The most calls at once of nodes together: what a shared engine counted, or each node's own, which sum to as many at most. */
export const mostAtOnce = "greatest(max(shared), sum(own))::float8";

/** How many calls of an account or key, on a model or on all, ran at once at most in each minute since a moment. */
export async function readPeakMinutes(
  { accountId, keyId, model }: { accountId: string; keyId?: string | undefined; model?: string | undefined },
  since: Date,
): Promise<{ minuteMs: number; running: number }[]> {
  return queryRows<{ minuteMs: number; running: number }>(
    `SELECT extract(epoch FROM minute)::float8 * 1000 AS "minuteMs", ${mostAtOnce} AS running
     FROM hot.concurrency_minute
     WHERE account_id = $1 AND minute >= $2 AND key_id = $3 AND model = $4 GROUP BY minute ORDER BY minute`,
    [accountId, since, keyId ?? "", model ?? ""],
  );
}

/** Whether calls at once were counted at a moment already, or there was nothing to count. */
export async function areCountedSince(moment: Date): Promise<boolean> {
  const [found] = await queryRows<{ counted: boolean }>(
    `SELECT NOT EXISTS (SELECT 1 FROM hot.rollup_minute_key WHERE minute >= $1 AND requests > errors
       AND minute < coalesce((SELECT min(minute) FROM hot.concurrency_minute), 'infinity') - interval '1 minute') AS counted`,
    [moment],
  );
  return found?.counted ?? true;
}

/** The most calls at once that limits counted in the whole minutes from one to another (ms epoch, both included). */
export async function readPeaks(on: Queryable, fromMs: number, lastMs: number): Promise<RunningMinute[]> {
  return queryRows<RunningMinute>(
    `SELECT extract(epoch FROM c.minute)::float8 * 1000 AS "minuteMs", c.account_id AS "accountId",
            min(a.name) AS "accountName", c.key_id AS "keyId", coalesce(min(k.group_id), min(a.group_id)) AS "groupId",
            nullif(c.model, '') AS model, ${mostAtOnce} AS running
     FROM hot.concurrency_minute c
     JOIN account a ON a.id::text = c.account_id LEFT JOIN api_key k ON k.id::text = c.key_id
     WHERE c.minute >= $1 AND c.minute <= $2 AND c.account_id <> ''
     GROUP BY c.minute, c.account_id, c.key_id, c.model ORDER BY running DESC LIMIT ${MOST_ROWS}`,
    [new Date(fromMs), new Date(lastMs)],
    on,
  );
}
