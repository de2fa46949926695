import { z } from "zod";
import { pageAnswer, pageFields, timeAnswer, timeInput } from "#lib/core/shapes";

/** One thing that someone did. */
export const auditEntryAnswer = z
  .object({
    id: z.string(),
    at: timeAnswer,
    actorType: z.enum(["user", "token", "system"]),
    actorId: z.string(),
    actorName: z.string(),
    action: z.string().meta({ examples: ["key.create"] }),
    targetType: z.string(),
    targetId: z.string(),
    before: z.unknown().meta({ description: "What it was; null when it was made" }),
    after: z.unknown().meta({ description: "What it became; null when it was deleted" }),
    ip: z.string().nullable(),
  })
  .meta({ id: "AuditEntry" });

export const auditPage = pageAnswer(auditEntryAnswer);

export const listAuditQuery = z.strictObject({
  ...pageFields,
  actorId: z.string().max(64).optional(),
  action: z.string().max(64).optional(),
  targetType: z.string().max(64).optional(),
  targetId: z.string().max(128).optional(),
  from: timeInput.optional(),
  to: timeInput.optional(),
});

export type AuditEntryAnswer = z.infer<typeof auditEntryAnswer>;
export type ListAudit = z.infer<typeof listAuditQuery>;
