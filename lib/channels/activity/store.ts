import { queryRows } from "#lib/db/pool";

/** Calls and money of one channel in one hour; `hour` 0 is the oldest of the span. Nano-USD. */
export type ActivityRow = {
  channelId: string;
  hour: number;
  requests: number;
  spend: bigint;
  upstreamCost: bigint;
};

/** What the rollups say of the 24 hours up to `to`, one row per channel and hour in which there was something. */
export async function readActivity(to: Date): Promise<ActivityRow[]> {
  const rows = await queryRows<
    Omit<ActivityRow, "spend" | "upstreamCost"> & Record<"spend" | "upstreamCost", string>
  >(
    `SELECT channel_id AS "channelId", sum(requests)::float8 AS requests,
       floor(extract(epoch FROM minute - ($1::timestamptz - interval '24 hours')) / 3600)::int AS hour,
       sum(cost)::text AS spend, sum(upstream_cost)::text AS "upstreamCost"
     FROM hot.rollup_minute_model
     WHERE minute >= $1::timestamptz - interval '24 hours' AND minute < $1 AND channel_id <> ''
     GROUP BY 1, 3`,
    [to],
  );
  return rows.map((row) => ({ ...row, spend: BigInt(row.spend), upstreamCost: BigInt(row.upstreamCost) }));
}
