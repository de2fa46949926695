import { z } from "zod";
import { lineInput, nameInput, noteInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { figureInput } from "#lib/pricing/condition-schema";
import { reasonInput } from "#lib/pricing/version-schema";

export const accesses = ["open", "granted"] as const;

/** A group; customers read it as "line". The multiplier is the one in force now. */
export const groupAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    access: z.enum(accesses).meta({
      description:
        "open: every account of the line has its models; granted: an operator activates them per account",
    }),
    grantedModels: z
      .array(z.string())
      .meta({ description: "the models that need a grant where access is granted; empty: all" }),
    multiplier: z.string().meta({ description: "decimal or fraction", examples: ["1", "25/3"] }),
    /** What is published and takes effect later. */
    scheduled: z
      .object({ multiplier: z.string(), effectiveAt: timeAnswer, priceVersionId: z.string() })
      .nullable()
      .meta({ description: "the next multiplier, published and to come" }),
    accounts: z.number().int(),
  })
  .meta({ id: "Group" });

const slug = z
  .string()
  .trim()
  .regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/, "lower-case letters, digits and dashes are expected");

const groupFields = {
  access: z.enum(accesses).optional(),
  grantedModels: z.array(lineInput(256)).max(2000).optional(),
  description: noteInput.optional(),
  multiplier: figureInput.optional().meta({ description: "through a price version, in force 2 s later" }),
  reason: reasonInput.optional().meta({ description: "why, where the multiplier jumps more than 10 ×" }),
};
export const createGroupBody = z.strictObject({
  id: slug.optional().meta({ description: "default: made of the name" }),
  name: nameInput,
  ...groupFields,
});
export const updateGroupBody = z.strictObject({ name: nameInput.optional(), ...groupFields });

export const listGroupsQuery = z.strictObject(pageFields);
export const groupPage = pageAnswer(groupAnswer);

export type Group = z.infer<typeof groupAnswer>;
export type CreateGroup = z.infer<typeof createGroupBody>;
export type UpdateGroup = z.infer<typeof updateGroupBody>;
