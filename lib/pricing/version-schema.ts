import { z } from "zod";
import { pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";

/** A price version in a list. Versions take effect in the order of their times; same time: the higher number wins. */
export const priceVersionAnswer = z
  .object({
    id: z.string(),
    number: z.number().int(),
    state: z.enum(["draft", "published"]),
    note: z.string(),
    effectiveAt: timeAnswer.nullable(),
    publishedAt: timeAnswer.nullable(),
    createdBy: z.string(),
    createdAt: timeAnswer,
    entryCount: z.number().int(),
  })
  .meta({ id: "PriceVersion" });

/** What a version names: a model's prices, a group's multiplier, or one account's prices of a model. */
export const priceEntryAnswer = z.object({
  kind: z.enum(["model", "group", "account"]),
  model: z.string().nullable(),
  group: z.string().nullable(),
  accountId: z.string().nullable(),
  price: z
    .record(z.string(), z.string())
    .nullable()
    .meta({ description: "unit → USD per million tokens or per piece; decimal or fraction" }),
  multipliers: z.record(z.string(), z.string()).nullable(),
  multiplier: z.string().nullable().meta({ description: "of a group" }),
  reason: z.string().nullable(),
});

export const priceVersionDetail = priceVersionAnswer
  .extend({ entries: z.array(priceEntryAnswer) })
  .meta({ id: "PriceVersionDetail" });

export const listPriceVersionsQuery = z.strictObject(pageFields);
export const priceVersionPage = pageAnswer(priceVersionAnswer);

export type PriceVersionSummary = z.infer<typeof priceVersionAnswer>;
export type PriceVersionDetail = z.infer<typeof priceVersionDetail>;
export type PriceEntryAnswer = z.infer<typeof priceEntryAnswer>;
