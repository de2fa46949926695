import type pg from "pg";
import { createDirectClient, queryRows } from "#lib/db/pool";
import type { SealedPlace } from "../places.ts";
import { fingerprintKey } from "../store.ts";

/** A process of Tollgate that is connected to the database. */
export type ConnectedNode = { application: string; address: string | null };

const BATCH = 500;
const ROTATION = "tollgate-rotation";

/**
 * Runs a rotation in one transaction on a connection of its own. The fingerprint is locked first: a node that starts
 * meanwhile waits for the outcome (lib/secrets/store.ts), one that was there before shows among `connectedNodes`.
 */
export async function inRotation<T>(
  work: (client: pg.Client, standing: string | undefined) => Promise<T>,
): Promise<T> {
  const client = createDirectClient();
  await client.connect();
  try {
    await client.query(`SET application_name = '${ROTATION}'`);
    await client.query("BEGIN");
    const result = await work(client, await lockFingerprint(client));
    await client.query("COMMIT");
    return result;
  } finally {
    // Ending the connection rolls back what is not committed.
    await client.end();
  }
}

/** Other processes of Tollgate on this database: each has at least the connection on which it listens. */
export async function connectedNodes(client: pg.Client): Promise<ConnectedNode[]> {
  return queryRows<ConnectedNode>(
    `SELECT DISTINCT application_name AS application, host(client_addr) AS address FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'tollgate%' AND pid <> pg_backend_pid()`,
    [],
    client,
  );
}

/** Seals every text of a place again, some hundreds of rows at a time; returns how many texts. */
export async function resealPlace(
  client: pg.Client,
  { table, column, encoding }: SealedPlace,
  reseal: (sealed: Uint8Array) => Uint8Array,
): Promise<number> {
  const { read, write } = asText[encoding];
  // The cursor sees the rows as they were; ours is the only transaction that changes them.
  await client.query(
    `DECLARE places NO SCROLL CURSOR FOR SELECT ctid::text AS place, ${read(column)} AS sealed FROM ${table}
     WHERE ${read(column)} IS NOT NULL FOR UPDATE`,
  );
  let count = 0;
  const again = (text: string) => {
    count += 1;
    return Buffer.from(reseal(Buffer.from(text, "base64"))).toString("base64");
  };
  for (;;) {
    const rows = await queryRows<{ place: string; sealed: string }>(`FETCH ${BATCH} FROM places`, [], client);
    if (rows.length === 0) break;
    await queryRows(
      `UPDATE ${table} t SET ${column} = ${write}
       FROM unnest($1::text[]::tid[], $2::text[]) AS v (place, sealed) WHERE t.ctid = v.place`,
      [rows.map(({ place }) => place), rows.map(({ sealed }) => sealed.split(",").map(again).join(","))],
      client,
    );
  }
  await client.query("CLOSE places");
  return count;
}

/** How a column's sealed texts are read as base64, several with commas between, and written again from v.sealed. */
const asText: Record<SealedPlace["encoding"], { read(column: string): string; write: string }> = {
  bytes: { read: (column) => `encode(${column}, 'base64')`, write: "decode(v.sealed, 'base64')" },
  list: {
    read: (column) =>
      `(SELECT string_agg(encode(e, 'base64'), ',' ORDER BY n) FROM unnest(${column}) WITH ORDINALITY AS l (e, n))`,
    write:
      "(SELECT array_agg(decode(e, 'base64') ORDER BY n) FROM unnest(string_to_array(v.sealed, ',')) WITH ORDINALITY AS l (e, n))",
  },
  json: { read: (column) => `${column} #>> '{}'`, write: "to_jsonb(v.sealed)" },
};

/** Makes the new key the one that this database is used with, and says so in the audit log. */
export async function keepRotation(client: pg.Client, fingerprint: string, resealed: number): Promise<void> {
  await queryRows(
    "UPDATE setting SET value = to_jsonb($2::text), updated_at = now() WHERE key = $1",
    [fingerprintKey, fingerprint],
    client,
  );
  await queryRows(
    `INSERT INTO audit_entry (id, actor_type, actor_id, actor_name, action, target_type, target_id, after)
     VALUES (uuidv7(), 'system', 'command-line', 'npm run rotate-master-key', 'master_key.rotate', 'master_key', $1, $2)`,
    [fingerprint.slice(0, 16), { resealed }],
    client,
  );
}

async function lockFingerprint(client: pg.Client): Promise<string | undefined> {
  const [row] = await queryRows<{ fingerprint: string }>(
    "SELECT value #>> '{}' AS fingerprint FROM setting WHERE key = $1 FOR UPDATE",
    [fingerprintKey],
    client,
  );
  return row?.fingerprint;
}
