import type { Actor } from "#lib/api/operation";
import type { Queryable } from "#lib/db/pool";
import { redactForAudit } from "./redact.ts";
import type { AuditRecord } from "./store.ts";

/** What `audit` does, in a transaction of the hot path's pool. */
export async function auditOn(
  on: Queryable,
  actor: Actor,
  record: AuditRecord & { id: string },
): Promise<void> {
  const json = (value: unknown) => {
    const kept = redactForAudit(value);
    return kept === null || kept === undefined ? null : JSON.stringify(kept);
  };
  await on.query(
    `INSERT INTO audit_entry (id, actor_type, actor_id, actor_name, action, target_type, target_id, before, after, ip)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      record.id,
      actor.type,
      actor.id,
      actor.name,
      record.action,
      record.targetType,
      record.targetId,
      json(record.before),
      json(record.after),
      actor.ip,
    ],
  );
}
