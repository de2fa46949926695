import { z } from "zod";
import { nameInput, pageAnswer, pageFields, timeAnswer, timeInput } from "#lib/core/shapes";

const tokenRole = z.enum(["owner", "operator", "support"]);

/** A management token as it is shown again and again: never with its secret. */
export const tokenAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    role: tokenRole,
    expiresAt: timeAnswer.nullable(),
    lastUsedAt: timeAnswer.nullable(),
    createdBy: z.string().meta({ description: "Id of the person who made it" }),
    createdAt: timeAnswer,
  })
  .meta({ id: "ManagementToken" });

/** The only answer that ever carries the secret. */
export const createdTokenAnswer = tokenAnswer
  .extend({ secret: z.string().meta({ description: "shown once" }) })
  .meta({ id: "CreatedManagementToken" });

export const createTokenBody = z.strictObject({
  name: nameInput,
  role: tokenRole.optional().meta({ description: "At most one's own; default: one's own" }),
  expiresAt: timeInput.nullish(),
});

export const listTokensQuery = z.strictObject(pageFields);
export const tokenPage = pageAnswer(tokenAnswer);

export type Token = z.infer<typeof tokenAnswer>;
export type CreatedToken = z.infer<typeof createdTokenAnswer>;
export type CreateToken = z.infer<typeof createTokenBody>;
export type ListTokens = z.infer<typeof listTokensQuery>;
