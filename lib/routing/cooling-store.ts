import type pg from "pg";
import type { Cooling } from "./channel-health.ts";

/** A rate limit as nodes tell each other of it. */
export type SharedCooling = { channelId: string; credentialId: string; model: string; cooling: Cooling };

/** Writes rate limits; where another node saw something later, its word stays. */
export async function writeCooling(pool: pg.Pool, shared: readonly SharedCooling[]): Promise<void> {
  const of = (pick: (cooling: Cooling) => number) => shared.map(({ cooling }) => pick(cooling));
  await pool.query({
    name: "write-cooling",
    text: `INSERT INTO hot.channel_cooling AS c (channel_id, credential_id, model, since, until, in_row, changed_at)
      SELECT channel_id, credential_id, model, to_timestamp(since / 1000.0), to_timestamp(until / 1000.0), in_row,
        to_timestamp(changed / 1000.0)
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::int[], $7::float8[])
        AS t(channel_id, credential_id, model, since, until, in_row, changed)
      ORDER BY channel_id, credential_id, model
      ON CONFLICT (channel_id, credential_id, model) DO UPDATE SET since = excluded.since, until = excluded.until,
        in_row = excluded.in_row, changed_at = excluded.changed_at, written_at = clock_timestamp()
      WHERE c.changed_at <= excluded.changed_at`,
    values: [
      shared.map(({ channelId }) => channelId),
      shared.map(({ credentialId }) => credentialId),
      shared.map(({ model }) => model),
      of(({ sinceMs }) => sinceMs),
      of(({ untilMs }) => untilMs),
      of(({ inRow }) => inRow),
      of(({ changedAtMs }) => changedAtMs),
    ],
  });
}

/** What was written since `since` (the database's own text; null: everything) and still holds, or lately did. */
export async function readCooling(pool: pg.Pool, since: string | null): Promise<SharedCooling[]> {
  const { rows } = await pool.query({
    name: "read-cooling",
    text: `SELECT * FROM hot.channel_cooling WHERE written_at > coalesce($1::timestamptz, '-infinity')
      AND until > clock_timestamp() - interval '1 minute'`,
    values: [since],
  });
  return rows.map((row) => ({
    channelId: row.channel_id,
    credentialId: row.credential_id,
    model: row.model,
    cooling: {
      sinceMs: row.since.getTime(),
      untilMs: row.until.getTime(),
      inRow: row.in_row,
      changedAtMs: row.changed_at.getTime(),
    },
  }));
}
