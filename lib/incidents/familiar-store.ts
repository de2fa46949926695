import { queryRows } from "#lib/db/pool";

/** A network that a key was used from: how often, for how much, on how many days. */
export type FamiliarNetwork = { network: string; requests: number; nanoUsd: bigint; days: number };
export type UsualDay = { nanoUsd: bigint; requests: number };

const LOOKED_BACK_DAYS = 60;
const MOST_NETWORKS = 200;
const USUAL_DAYS = 14;

/**
 * Networks (/24 of IPv4, /48 of IPv6) that a key was served from in the 60 days before a moment, the busiest first;
 * those that lie in `without` are left out, and so are the days from that moment on.
 */
export async function findFamiliar(
  keyId: string,
  before: Date,
  without: readonly string[],
): Promise<FamiliarNetwork[]> {
  const rows = await queryRows<{ network: string; requests: number; cost: string; days: number }>(
    `SELECT network::text AS network, sum(requests)::float8 AS requests, sum(cost)::text AS cost,
       count(DISTINCT day)::int AS days
     FROM (SELECT day, requests - errors AS requests, cost,
         network(set_masklen(ip, CASE family(ip) WHEN 4 THEN 24 ELSE 48 END))::cidr AS network
       FROM hot.rollup_day_ip
       WHERE key_id = $1 AND day >= $2::timestamptz::date - ${LOOKED_BACK_DAYS} AND first_seen < $2
         AND requests > errors) AS used
     WHERE NOT EXISTS (SELECT 1 FROM unnest($3::cidr[]) AS left_out WHERE network && left_out)
     GROUP BY network ORDER BY sum(requests) DESC, network LIMIT ${MOST_NETWORKS}`,
    [keyId, before, [...without]],
  );
  return rows.map(({ cost, ...row }) => ({ ...row, nanoUsd: BigInt(cost) }));
}

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
