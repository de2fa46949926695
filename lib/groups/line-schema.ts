import { z } from "zod";
import { timeAnswer } from "#lib/core/shapes";
import { modelEnds } from "./grant-schema.ts";
import { groupAnswer } from "./schema.ts";

/** A line as an account sees it: what it costs, whether it is theirs, and what is activated for them. */
export const lineAnswer = groupAnswer
  .pick({ id: true, name: true, description: true, access: true, grantedModels: true, multiplier: true })
  .extend({
    isOwn: z.boolean().meta({ description: "the account's keys use it unless they say otherwise" }),
    grant: z
      .object({ models: z.array(z.string()), expiresAt: timeAnswer.nullable(), modelEnds })
      .nullable()
      .meta({ description: "what is activated now; no models: all that need it" }),
  })
  .meta({ id: "Line" });

export const linesAnswer = z.object({ items: z.array(lineAnswer), nextCursor: z.null() });

export type Line = z.infer<typeof lineAnswer>;
