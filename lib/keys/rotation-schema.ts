import { z } from "zod";
import { idInput, timeAnswer } from "#lib/core/shapes";
import { createdKeyAnswer } from "./schema.ts";

/** Longest overlap of two secrets: 30 days. */
export const maxOverlapSeconds = 30 * 86_400;

const overlapSeconds = z
  .number()
  .int()
  .min(0, "0 ends the old secret at once")
  .max(maxOverlapSeconds, "at most 30 days (2592000)");

export const rotateKeyBody = z.strictObject({ overlapSeconds });

/** A rotated key with its new secret, and the old secret's end. */
export const rotatedKeyAnswer = createdKeyAnswer
  .extend({ validUntil: timeAnswer.meta({ description: "until when the old secret is accepted" }) })
  .meta({ id: "RotatedKey" });

/** One secret of a key as it is recognised. Use is counted since it was retired, up to 10,000 calls. */
export const keySecret = z
  .object({
    prefix: z.string(),
    last4: z.string(),
    current: z.boolean(),
    retiredAt: timeAnswer.nullable(),
    validUntil: timeAnswer.nullable(),
    requestsSinceRetired: z.number().int(),
    lastUsedAt: timeAnswer.nullable(),
    lastIp: z.string().nullable(),
  })
  .meta({ id: "KeySecret" });

export const keySecrets = z.object({ items: z.array(keySecret), nextCursor: z.null() });

const ids = z
  .array(idInput)
  .min(1, "at least one key is expected")
  .max(200, "at most 200 keys at once")
  .transform((values) => [...new Set(values)]);

/** All of them or none. */
export const bulkKeysBody = z.discriminatedUnion("action", [
  z.strictObject({ action: z.enum(["enable", "disable", "delete", "restore"]), ids }),
  z.strictObject({ action: z.literal("rotate"), ids, overlapSeconds }),
]);

export const bulkKeysAnswer = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        secret: z.string().optional().meta({ description: "rotate only; shown once" }),
        validUntil: timeAnswer.optional().meta({ description: "rotate only: the old secret's end" }),
      }),
    ),
  })
  .meta({ id: "BulkKeys" });

export type RotatedKey = z.infer<typeof rotatedKeyAnswer>;
export type KeySecret = z.infer<typeof keySecret>;
export type BulkKeys = z.infer<typeof bulkKeysBody>;
export type BulkKeysAnswer = z.infer<typeof bulkKeysAnswer>;
