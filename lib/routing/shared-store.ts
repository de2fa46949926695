import type pg from "pg";
import { emptyHistogram } from "#lib/logs/histogram";
import type { BreakerState } from "./breaker.ts";
import type { HeardBreaker } from "./health.ts";

/** A breaker as nodes tell each other of it. */
export type SharedBreaker = { channelId: string; subject: string; breaker: HeardBreaker };

/** What a model on a channel saw since it was last written. */
export type MinuteCounts = {
  channelId: string;
  model: string;
  attempts: number;
  failures: number;
  firstTokens: readonly number[];
};

/** Writes breakers; where another node saw something later, its word stays. */
export async function writeBreakers(
  pool: pg.Pool,
  nodeId: string,
  shared: readonly SharedBreaker[],
): Promise<void> {
  const of = (pick: (breaker: HeardBreaker) => unknown) => shared.map(({ breaker }) => pick(breaker));
  await pool.query({
    name: "write-breakers",
    text: `INSERT INTO hot.channel_health AS h (channel_id, subject, state, reason, error_class, trips, since,
        next_probe_at, changed_at, node_id)
      SELECT channel_id, subject, state, reason, error_class, trips, to_timestamp(since / 1000.0),
        to_timestamp(next_probe / 1000.0), to_timestamp(changed / 1000.0), $10
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::float8[], $8::float8[], $9::float8[])
        AS t(channel_id, subject, state, reason, error_class, trips, since, next_probe, changed)
      ORDER BY channel_id, subject
      ON CONFLICT (channel_id, subject) DO UPDATE SET state = excluded.state, reason = excluded.reason,
        error_class = excluded.error_class, trips = excluded.trips, since = excluded.since,
        next_probe_at = excluded.next_probe_at, changed_at = excluded.changed_at,
        node_id = excluded.node_id, written_at = clock_timestamp()
      WHERE h.changed_at <= excluded.changed_at`,
    values: [
      shared.map(({ channelId }) => channelId),
      shared.map(({ subject }) => subject),
      of(({ state }) => state),
      of(({ reason }) => reason),
      of(({ lastErrorClass }) => lastErrorClass),
      of(({ trips }) => trips),
      of(({ sinceMs }) => sinceMs),
      of(({ nextProbeAtMs }) => nextProbeAtMs),
      of(({ changedAtMs }) => changedAtMs),
      nodeId,
    ],
  });
}

/**
 * What was written since `since` (the database's own text; null: everything), and the mark to ask from next time. A
 * transaction that was slow to commit is still found: the mark lies a little back.
 */
export async function readBreakers(
  pool: pg.Pool,
  since: string | null,
): Promise<{ shared: SharedBreaker[]; mark: string }> {
  const { rows } = await pool.query({
    name: "read-breakers",
    text: `SELECT (clock_timestamp() - interval '5 s')::text AS mark, h.* FROM (SELECT 1) one
      LEFT JOIN hot.channel_health h ON h.written_at > coalesce($1::timestamptz, '-infinity')`,
    values: [since],
  });
  const shared = rows
    .filter((row) => row.channel_id !== null)
    .map((row) => ({
      channelId: row.channel_id,
      subject: row.subject,
      breaker: {
        state: row.state as BreakerState,
        reason: row.reason,
        lastErrorClass: row.error_class,
        sinceMs: row.since.getTime(),
        changedAtMs: row.changed_at.getTime(),
        nextProbeAtMs: row.next_probe_at?.getTime() ?? 0,
        trips: row.trips,
      },
    }));
  return { shared, mark: rows[0]?.mark ?? since };
}

/** Says that this node lives and what runs on it, and sweeps what is a day past; returns how many nodes live. */
export async function writePresence(
  pool: pg.Pool,
  nodeId: string,
  inFlight: Readonly<Record<string, number>>,
): Promise<number> {
  const { rows } = await pool.query({
    name: "write-presence",
    text: `WITH mine AS (
        INSERT INTO hot.channel_node (node_id, in_flight) VALUES ($1, $2)
        ON CONFLICT (node_id) DO UPDATE SET in_flight = excluded.in_flight, seen_at = clock_timestamp()
      ), gone AS (
        DELETE FROM hot.channel_node WHERE seen_at < clock_timestamp() - interval '1 day' AND node_id <> $1
      ), past AS (
        DELETE FROM hot.channel_cooling WHERE until < clock_timestamp() - interval '1 day'
      )
      SELECT count(*)::int AS others FROM hot.channel_node
      WHERE node_id <> $1 AND seen_at > clock_timestamp() - interval '15 s'`,
    values: [nodeId, JSON.stringify(inFlight)],
  });
  return 1 + (rows[0]?.others ?? 0);
}

/** This node is going: its calls are no longer counted. */
export async function removePresence(pool: pg.Pool, nodeId: string): Promise<void> {
  await pool.query("DELETE FROM hot.channel_node WHERE node_id = $1", [nodeId]);
}

/** Adds to the running minute. */
export async function addMinuteCounts(pool: pg.Pool, counts: readonly MinuteCounts[]): Promise<void> {
  await pool.query({
    name: "add-channel-minutes",
    text: `INSERT INTO hot.channel_minute AS m (minute, channel_id, model, attempts, failures, first_token_histogram)
      SELECT date_trunc('minute', clock_timestamp()), "channelId", model, attempts, failures, "firstTokens"
      FROM json_to_recordset($1) AS j("channelId" uuid, model text, attempts bigint, failures bigint, "firstTokens" integer[])
      ORDER BY "channelId", model
      ON CONFLICT (channel_id, minute, model) DO UPDATE SET attempts = m.attempts + excluded.attempts,
        failures = m.failures + excluded.failures,
        first_token_histogram = hot.add_histograms(m.first_token_histogram, excluded.first_token_histogram)`,
    values: [
      JSON.stringify(
        counts.map(({ firstTokens, ...rest }) => ({
          ...rest,
          firstTokens: firstTokens.length === 0 ? emptyHistogram() : firstTokens,
        })),
      ),
    ],
  });
}
