import { isUuid } from "#lib/core/shapes";
import { queryRows } from "#lib/db/pool";

/** Ids of accounts, API keys and channels; what is no id (null, "") is passed over. */
export type NamedIds = {
  accounts?: readonly (string | null)[];
  keys?: readonly (string | null)[];
  channels?: readonly (string | null)[];
};

/** Names by id, deleted things too, in one query. Ids are unique across the three tables. */
export async function findNames(ids: NamedIds): Promise<Map<string, string>> {
  const wanted = [ids.accounts, ids.keys, ids.channels].map(distinct);
  if (wanted.every((list) => list.length === 0)) return new Map();
  const rows = await queryRows<{ id: string; name: string }>(
    `SELECT id::text AS id, name FROM account WHERE id = ANY($1::uuid[])
     UNION ALL SELECT id::text, name FROM api_key WHERE id = ANY($2::uuid[])
     UNION ALL SELECT id::text, name FROM channel WHERE id = ANY($3::uuid[])`,
    wanted,
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

function distinct(ids: readonly (string | null)[] = []): string[] {
  return [...new Set(ids.flatMap((id) => (id !== null && isUuid(id) ? [id] : [])))];
}
