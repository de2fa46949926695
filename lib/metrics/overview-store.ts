import { queryRows } from "#lib/db/pool";

/** Traffic and money of now and of the same time a week ago; days are those of a time zone, costs nano-USD. */
export type Pulse = {
  rpmNow: number;
  rpmSameHourLastWeek: number;
  spendToday: bigint;
  spendSameTimeLastWeek: bigint;
  requestsLastHour: number;
  errorsLastHour: number;
};

/** Spend of one account since midnight, and until the same time a week ago. */
export type SpendChange = { accountId: string; spend: bigint; before: bigint };

/** One row over the key rollups of four short spans. `nowMs` is what "now" is. */
export async function readPulse(nowMs: number, timeZone: string): Promise<Pulse> {
  const [row] = await queryRows<Record<keyof Pulse, string>>(
    `WITH t AS (SELECT $1::timestamptz AS now, date_trunc('minute', $1::timestamptz) AS minute,
                       date_trunc('hour', $1::timestamptz) - interval '7 days' AS hour_then,
                       date_trunc('day', $1::timestamptz, $2) AS today)
     SELECT (SELECT coalesce(sum(requests), 0) FROM hot.rollup_minute_key, t
             WHERE rollup_minute_key.minute = t.minute - interval '1 minute')::text AS "rpmNow",
            (SELECT coalesce(sum(requests), 0) / 60.0 FROM hot.rollup_minute_key, t
             WHERE rollup_minute_key.minute >= hour_then
               AND rollup_minute_key.minute < hour_then + interval '1 hour')::text AS "rpmSameHourLastWeek",
            (SELECT coalesce(sum(cost), 0) FROM hot.rollup_minute_key, t
             WHERE rollup_minute_key.minute >= today AND rollup_minute_key.minute <= now)::text AS "spendToday",
            (SELECT coalesce(sum(cost), 0) FROM hot.rollup_minute_key, t
             WHERE rollup_minute_key.minute >= today - interval '7 days'
               AND rollup_minute_key.minute <= now - interval '7 days')::text AS "spendSameTimeLastWeek",
            (SELECT coalesce(sum(requests), 0) FROM hot.rollup_minute_key, t
             WHERE rollup_minute_key.minute > now - interval '1 hour')::text AS "requestsLastHour",
            (SELECT coalesce(sum(errors), 0) FROM hot.rollup_minute_key, t
             WHERE rollup_minute_key.minute > now - interval '1 hour')::text AS "errorsLastHour"`,
    [new Date(nowMs), timeZone],
  );
  return {
    rpmNow: Number(row?.rpmNow ?? 0),
    rpmSameHourLastWeek: Number(row?.rpmSameHourLastWeek ?? 0),
    spendToday: BigInt(row?.spendToday ?? 0),
    spendSameTimeLastWeek: BigInt(row?.spendSameTimeLastWeek ?? 0),
    requestsLastHour: Number(row?.requestsLastHour ?? 0),
    errorsLastHour: Number(row?.errorsLastHour ?? 0),
  };
}

/** The accounts whose spend changed most, at most 5. */
export async function listTopMovers(nowMs: number, timeZone: string): Promise<SpendChange[]> {
  const rows = await queryRows<{ accountId: string; spend: string; before: string }>(
    `WITH t AS (SELECT $1::timestamptz AS now, date_trunc('day', $1::timestamptz, $2) AS today),
     spend AS (
       SELECT account_id, sum(cost) AS spend, 0::numeric AS before FROM hot.rollup_minute_key, t
       WHERE minute >= today AND minute <= now AND account_id <> '' GROUP BY account_id
       UNION ALL
       SELECT account_id, 0, sum(cost) FROM hot.rollup_minute_key, t
       WHERE minute >= today - interval '7 days' AND minute <= now - interval '7 days' AND account_id <> ''
       GROUP BY account_id)
     SELECT account_id AS "accountId", sum(spend)::text AS spend, sum(before)::text AS before
     FROM spend GROUP BY account_id HAVING sum(spend) <> sum(before)
     ORDER BY abs(sum(spend) - sum(before)) DESC, account_id LIMIT 5`,
    [new Date(nowMs), timeZone],
  );
  return rows.map(({ accountId, spend, before }) => ({
    accountId,
    spend: BigInt(spend),
    before: BigInt(before),
  }));
}
