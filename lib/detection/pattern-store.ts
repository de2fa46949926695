import { pool, type Queryable } from "#lib/db/pool";
import type { Pattern } from "./pattern.ts";
import { readPattern, storedPattern } from "./pattern-row.ts";

/** What is known of these keys; a key that has none is not in it. */
export async function readPatterns(
  keyIds: readonly string[],
  on: Queryable = pool(),
): Promise<Map<string, Pattern>> {
  if (keyIds.length === 0) return new Map();
  const { rows } = await on.query({
    name: "read-patterns",
    text: "SELECT key_id, pattern FROM hot.key_pattern WHERE key_id = ANY($1::uuid[])",
    values: [keyIds],
  });
  return new Map(
    rows.flatMap((row): [string, Pattern][] => {
      const pattern = readPattern(row.pattern);
      return pattern === undefined ? [] : [[row.key_id, pattern]];
    }),
  );
}

/** Keeps patterns, in the order of their keys. */
export async function writePatterns(on: Queryable, patterns: ReadonlyMap<string, Pattern>): Promise<void> {
  if (patterns.size === 0) return;
  const sorted = [...patterns].sort(([a], [b]) => (a < b ? -1 : 1));
  await on.query({
    name: "write-patterns",
    text: `INSERT INTO hot.key_pattern (key_id, last_at, pattern)
      SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]::jsonb[])
      ON CONFLICT (key_id) DO UPDATE SET last_at = excluded.last_at, pattern = excluded.pattern`,
    values: [
      sorted.map(([keyId]) => keyId),
      sorted.map(([, pattern]) => new Date(pattern.lastMs)),
      sorted.map(([, pattern]) => storedPattern(pattern)),
    ],
  });
}

/**
 * Forgets networks and addresses of keys that have been silent for so long, as the log forgets them; what is left
 * (countries, clients, hours) is nobody's address. Returns how many.
 */
export async function forgetAddresses(on: Queryable, days: number): Promise<number> {
  if (days === 0) return 0;
  const { rowCount } = await on.query(
    `UPDATE hot.key_pattern SET pattern = pattern || '{"networks": {}, "pending": {}, "recent": {}}'
     WHERE last_at < now() - make_interval(days => $1)
       AND (pattern->'networks' <> '{}' OR pattern->'pending' <> '{}')`,
    [days],
  );
  return rowCount ?? 0;
}

/** Patterns of keys that are no more. */
export async function forgetDeleted(on: Queryable): Promise<void> {
  await on.query(
    `DELETE FROM hot.key_pattern p USING api_key k WHERE k.id = p.key_id AND k.deleted_at < now() - interval '1 day'`,
  );
}

/** What judging needs of a key that its calls do not tell. */
export type KeyFacts = {
  accountId: string;
  /** Prefix of the secret in force. */
  prefix: string;
  /** The account's own threshold, if it has one. */
  threshold: number | null;
  /** Networks that a person vouched for. */
  trusted: string[];
};

/** By key; keys that there are not are left out, and of a key's trusted networks all beyond 1,000. */
export async function readFacts(
  keyIds: readonly string[],
  on: Queryable = pool(),
): Promise<Map<string, KeyFacts>> {
  const { rows } = await on.query({
    name: "read-key-facts",
    text: `SELECT k.id, k.prefix, k.account_id, a.incident_threshold,
        ARRAY(SELECT cidr FROM trusted_network t WHERE t.key_id = k.id ORDER BY cidr LIMIT 1000) AS trusted
      FROM api_key k JOIN account a ON a.id = k.account_id WHERE k.id = ANY($1::uuid[])`,
    values: [keyIds],
  });
  return new Map(
    rows.map((row) => [
      row.id,
      {
        accountId: row.account_id,
        prefix: row.prefix,
        threshold: row.incident_threshold,
        trusted: row.trusted,
      },
    ]),
  );
}
