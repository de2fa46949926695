import type { Queryable } from "#lib/db/pool";

/** Models that an active channel serves and no price in force covers: calls of them are refused. By id. */
export async function findUnpriced(on: Queryable): Promise<string[]> {
  const { rows } = await on.query<{ model: string }>(
    `SELECT DISTINCT m.model
     FROM channel_model m JOIN channel c ON c.id = m.channel_id AND c.status = 'active' AND c.deleted_at IS NULL
       LEFT JOIN LATERAL (
         SELECT e.components FROM price_entry e JOIN price_version v ON v.id = e.version_id
         WHERE e.kind = 'model' AND e.model_id = m.model AND v.state = 'published' AND v.effective_at <= now()
         ORDER BY v.effective_at DESC, v.number DESC LIMIT 1) p ON true
     WHERE p.components IS NULL OR p.components = '{}'
     ORDER BY 1`,
  );
  return rows.map(({ model }) => model);
}
