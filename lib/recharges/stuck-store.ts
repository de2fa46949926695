import type { AlertCause } from "#lib/alerts/kinds";
import type { Queryable } from "#lib/db/pool";
import { stuckMs } from "./machine.ts";

/** Orders that ask for a person, and claims, as one alert: how many, and for how long the oldest has waited. */
export async function findStuckOrders(on: Queryable): Promise<AlertCause[]> {
  const { rows } = await on.query<{ count: number; minutes: number }>(
    `SELECT count(*)::int AS count, coalesce(max(extract(epoch FROM now() - since)) / 60, 0)::int AS minutes
     FROM (SELECT created_at AS since FROM recharge
           WHERE status = 'review' OR (status = 'pending' AND created_at <= now() - $1 * interval '1 millisecond')
           UNION ALL SELECT created_at FROM recharge_refund WHERE provider_state = 'failed'
           UNION ALL SELECT created_at FROM recharge_claim WHERE state = 'waiting') AS waiting`,
    [stuckMs],
  );
  const [row] = rows;
  if (row === undefined || row.count === 0) return [];
  return [{ subject: "all", data: { count: row.count, minutes: row.minutes } }];
}
