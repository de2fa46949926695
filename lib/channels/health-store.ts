import { queryRows } from "#lib/db/pool";

/** A breaker that is, or lately was, open; `subject`: "" the channel, "model:…", "credential:…". */
export type HealthRow = {
  channelId: string;
  subject: string;
  state: "closed" | "open" | "half_open";
  reason: string | null;
  errorClass: string | null;
  since: Date;
  nextProbeAt: Date | null;
};

/** Attempts of the last 15 minutes. */
export type AttemptsRow = {
  channelId: string;
  model: string;
  attempts: number;
  failures: number;
  firstTokens: number[];
};

export type InFlightRow = { channelId: string; nodeId: string; inFlight: number };

/** A rate limit of a credential on a model that still holds. */
export type CoolingRow = { channelId: string; credentialId: string; model: string; since: Date; until: Date };

/** What all nodes know of these channels. */
export type StoredHealth = {
  breakers: HealthRow[];
  cooling: CoolingRow[];
  attempts: AttemptsRow[];
  inFlight: InFlightRow[];
};

/** Money of a span: what customers paid and what it cost us, in nano-USD. */
export type ChannelMoney = { requests: number; spend: bigint; upstreamCost: bigint };

/** State, attempts and running calls in one go. Nodes that have been silent for 15 s are not counted. */
export async function readHealth(channelIds: readonly string[]): Promise<StoredHealth> {
  if (channelIds.length === 0) return { breakers: [], cooling: [], attempts: [], inFlight: [] };
  const ids = [...channelIds];
  const [breakers, cooling, attempts, inFlight] = await Promise.all([
    queryRows<HealthRow>(
      `SELECT channel_id::text AS "channelId", subject, state, reason, error_class AS "errorClass", since,
         next_probe_at AS "nextProbeAt" FROM hot.channel_health WHERE channel_id = ANY($1::uuid[]) ORDER BY subject`,
      [ids],
    ),
    queryRows<CoolingRow>(
      `SELECT channel_id::text AS "channelId", credential_id AS "credentialId", model, since, until
       FROM hot.channel_cooling WHERE channel_id = ANY($1::uuid[]) AND until > clock_timestamp() ORDER BY model`,
      [ids],
    ),
    queryRows<AttemptsRow>(
      `SELECT channel_id::text AS "channelId", model, sum(attempts)::float8 AS attempts,
         sum(failures)::float8 AS failures,
         (SELECT coalesce(array_agg(n ORDER BY i), '{}') FROM (
            SELECT i, sum(n)::int AS n FROM hot.channel_minute b, unnest(b.first_token_histogram) WITH ORDINALITY AS h(n, i)
            WHERE b.channel_id = a.channel_id AND b.model = a.model AND b.minute > now() - interval '15 minutes'
            GROUP BY i) s) AS "firstTokens"
       FROM hot.channel_minute a WHERE channel_id = ANY($1::uuid[]) AND minute > now() - interval '15 minutes'
       GROUP BY channel_id, model ORDER BY model`,
      [ids],
    ),
    queryRows<InFlightRow>(
      `SELECT key AS "channelId", node_id::text AS "nodeId", value::int AS "inFlight"
       FROM hot.channel_node, jsonb_each_text(in_flight)
       WHERE seen_at > clock_timestamp() - interval '15 s' AND key = ANY($1::text[]) ORDER BY node_id`,
      [ids],
    ),
  ]);
  return { breakers, cooling, attempts, inFlight };
}

/** Channels of which anything is not well now: usually none. */
export async function findTroubled(): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    `SELECT channel_id::text AS id FROM hot.channel_health WHERE state <> 'closed'
     UNION SELECT channel_id::text FROM hot.channel_cooling WHERE until > clock_timestamp()`,
    [],
  );
  return rows.map(({ id }) => id);
}

/** What a channel's answers brought in and cost, from the rollups. */
export async function readMoney(channelId: string, from: Date, to: Date): Promise<ChannelMoney> {
  const [row] = await queryRows<{ requests: string; spend: string; upstreamCost: string }>(
    `SELECT coalesce(sum(requests), 0)::text AS requests, coalesce(sum(cost), 0)::text AS spend,
       coalesce(sum(upstream_cost), 0)::text AS "upstreamCost"
     FROM hot.rollup_minute_model WHERE channel_id = $1 AND minute >= $2 AND minute < $3`,
    [channelId, from, to],
  );
  return {
    requests: Number(row?.requests ?? 0),
    spend: BigInt(row?.spend ?? 0),
    upstreamCost: BigInt(row?.upstreamCost ?? 0),
  };
}
