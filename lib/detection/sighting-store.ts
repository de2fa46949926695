import { arrayLiteral } from "#lib/db/array-literal";
import type { Queryable } from "#lib/db/pool";
import type { Sighting } from "./sighting.ts";
import { sightingOf, storedSighting } from "./sighting-row.ts";

/** Leaves what a batch of rows tells of its keys (foldRows) for the node that judges, in the batch's own transaction. */
export async function addSightings(on: Queryable, sightings: readonly Sighting[]): Promise<void> {
  if (sightings.length === 0) return;
  await on.query({
    name: "add-sightings",
    text: `INSERT INTO hot.sighting (key_id, network, seen)
      SELECT * FROM unnest($1::text::uuid[], $2::text::text[], $3::text::jsonb[])`,
    values: [
      arrayLiteral(sightings.map(({ keyId }) => keyId)),
      arrayLiteral(sightings.map(({ network }) => network)),
      arrayLiteral(sightings.map(storedSighting)),
    ],
  });
}

export type Waiting = { id: string; seen: Sighting | undefined };

/** The oldest sightings that nobody has judged. */
export async function readSightings(on: Queryable, most: number): Promise<Waiting[]> {
  const { rows } = await on.query({
    name: "read-sightings",
    text: "SELECT id::text, key_id, network, seen FROM hot.sighting ORDER BY id LIMIT $1",
    values: [most],
  });
  // Nodes write at their own pace: what came first is judged first.
  return rows
    .map((row) => ({ id: row.id, seen: sightingOf(row) }))
    .sort((a, b) => (a.seen?.firstMs ?? 0) - (b.seen?.firstMs ?? 0));
}

/** They were judged. */
export async function forgetSightings(on: Queryable, ids: readonly string[]): Promise<void> {
  await on.query("DELETE FROM hot.sighting WHERE id = ANY($1::bigint[])", [ids]);
}
