import { z } from "zod";
import type { Actor } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import type { PageOf } from "#lib/core/shapes";
import { jsonNull, prisma } from "#lib/db/client";
import type { AuditEntry, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { redactForAudit } from "./redact.ts";
import type { AuditEntryAnswer, ListAudit } from "./schema.ts";

/** What is told of an action: "key.create" on which thing, what it was and what it became. */
export type AuditRecord = {
  action: string;
  targetType: string;
  targetId: string;
  before?: unknown;
  after?: unknown;
};

/** Writes an audit entry in the transaction of the change itself, without its secrets: both stand or neither. */
export async function audit(
  tx: Pick<Transaction, "auditEntry">,
  actor: Actor,
  record: AuditRecord,
): Promise<void> {
  await tx.auditEntry.create({
    data: {
      actorType: actor.type,
      actorId: actor.id,
      actorName: actor.name,
      action: record.action,
      targetType: record.targetType,
      targetId: record.targetId,
      before: toJson(record.before),
      after: toJson(record.after),
      ip: actor.ip,
    },
  });
}

/** One page of the audit log, newest first. */
export async function listAuditEntries(query: ListAudit): Promise<PageOf<AuditEntryAnswer>> {
  const before = decodeCursor(query.cursor, z.tuple([z.uuid()]));
  const rows = await prisma().auditEntry.findMany({
    where: {
      ...(before === undefined ? {} : { id: { lt: before[0] } }),
      ...(query.actorId === undefined ? {} : { actorId: query.actorId }),
      ...(query.action === undefined ? {} : { action: query.action }),
      ...(query.targetType === undefined ? {} : { targetType: query.targetType }),
      ...(query.targetId === undefined ? {} : { targetId: query.targetId }),
      at: {
        ...(query.from === undefined ? {} : { gte: new Date(query.from) }),
        ...(query.to === undefined ? {} : { lt: new Date(query.to) }),
      },
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return toPage(rows, query.limit, toAnswer, (row) => [row.id]);
}

function toJson(value: unknown): Prisma.InputJsonValue | typeof jsonNull {
  const kept = redactForAudit(value);
  return kept === null ? jsonNull : (kept as Prisma.InputJsonValue);
}

function toAnswer(row: AuditEntry): AuditEntryAnswer {
  const { id, actorId, actorName, action, targetType, targetId, before, after, ip } = row;
  const actorType = row.actorType === "user" || row.actorType === "token" ? row.actorType : "system";
  return {
    id,
    at: row.at.toISOString(),
    actorType,
    actorId,
    actorName,
    action,
    targetType,
    targetId,
    before,
    after,
    ip,
  };
}
