import { z } from "zod";
import { lineInput, noteInput, pageAnswer, timeAnswer, timeInput } from "#lib/core/shapes";

/** Ends of single models, in place of the grant's. */
export const modelEnds = z.record(z.string(), timeAnswer.nullable()).meta({
  description: "models with an end of their own in place of `expiresAt`; null: for good",
  examples: [{ "gpt-4o": "2027-01-31T00:00:00.000Z" }],
});

/** What an operator has opened of a line for an account. */
export const grantAnswer = z
  .object({
    groupId: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    models: z.array(z.string()).meta({ description: "empty: all that need a grant on this line" }),
    expiresAt: timeAnswer.nullable().meta({ description: "null: until it is taken back" }),
    modelEnds,
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
  modelEnds: z
    .record(lineInput(256).min(1), timeInput.nullable())
    .refine((ends) => Object.keys(ends).length <= 2000, "too many")
    .optional()
    .meta({ description: "models with an end of their own in place of `expiresAt`; null: for good" }),
  note: noteInput.optional(),
});

export type Grant = z.infer<typeof grantAnswer>;
export type PutGrant = z.infer<typeof putGrantBody>;
