import { queryRows } from "#lib/db/pool";

export type UsualDay = { nanoUsd: bigint; requests: number };

const USUAL_DAYS = 14;

/** A mean day of the 14 before a moment's own, of those on which the key was used; none: undefined. */
export async function findUsualDay(keyId: string, before: Date): Promise<UsualDay | undefined> {
  const [row] = await queryRows<{ days: number; requests: number; cost: string }>(
    `SELECT count(DISTINCT day)::int AS days, coalesce(sum(requests), 0)::float8 AS requests,
       coalesce(sum(cost), 0)::text AS cost
     FROM hot.rollup_day_ip
     WHERE key_id = $1 AND day >= $2::timestamptz::date - ${USUAL_DAYS} AND day < $2::timestamptz::date`,
    [keyId, before],
  );
  if (row === undefined || row.days === 0) return undefined;
  return { nanoUsd: BigInt(row.cost) / BigInt(row.days), requests: Math.round(row.requests / row.days) };
}
