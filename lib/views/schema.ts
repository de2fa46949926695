import { z } from "zod";
import { lineInput, nameInput, timeAnswer } from "#lib/core/shapes";

const list = z.string().regex(/^[a-z-]{1,32}$/, "the name of a list is expected");

/** A list's filters, sorting and columns under a name. Each person has their own. */
export const savedViewAnswer = z
  .object({
    id: z.string(),
    list: z.string().meta({ examples: ["logs"] }),
    name: z.string(),
    query: z.string().meta({ description: "as in the page's address", examples: ["?status=429&range=7d"] }),
    hiddenColumns: z.array(z.string()),
    createdAt: timeAnswer,
  })
  .meta({ id: "SavedView" });

export const savedViewList = z.object({ items: z.array(savedViewAnswer), nextCursor: z.null() });
export const listSavedViewsQuery = z.strictObject({ list });

export const createSavedViewBody = z.strictObject({
  list,
  name: nameInput,
  query: lineInput(2000).refine((text) => text === "" || text.startsWith("?"), "it starts with ?"),
  hiddenColumns: z.array(z.string().max(64)).max(100).optional(),
});

export type SavedView = z.infer<typeof savedViewAnswer>;
export type CreateSavedView = z.infer<typeof createSavedViewBody>;
