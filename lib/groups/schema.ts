import { z } from "zod";
import { pageAnswer, pageFields } from "#lib/core/shapes";

/** A group; customers read it as "line". The multiplier is the one in force now. */
export const groupAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    multiplier: z.string().meta({ description: "decimal or fraction", examples: ["1", "25/3"] }),
    accounts: z.number().int(),
  })
  .meta({ id: "Group" });

export const listGroupsQuery = z.strictObject(pageFields);
export const groupPage = pageAnswer(groupAnswer);

export type Group = z.infer<typeof groupAnswer>;
