import { z } from "zod";
import { lineInput, noteInput, pageAnswer, timeAnswer, timeInput } from "#lib/core/shapes";

/** What an operator has opened of a line for an account. */
export const grantAnswer = z
  .object({
    groupId: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    models: z.array(z.string()).meta({ description: "empty: all that need a grant on this line" }),
    expiresAt: timeAnswer.nullable(),
    note: z.string(),
    createdBy: z.string(),
    updatedAt: timeAnswer,
  })
  .meta({ id: "LineGrant" });

export const grantPage = pageAnswer(grantAnswer);

export const putGrantBody = z.strictObject({
  models: z
    .array(lineInput(256))
    .max(2000)
    .optional()
    .meta({ description: "default: all that need a grant on this line" }),
  expiresAt: timeInput.nullable().optional().meta({ description: "default: until it is taken back" }),
  note: noteInput.optional(),
});

export type Grant = z.infer<typeof grantAnswer>;
export type PutGrant = z.infer<typeof putGrantBody>;
