import { z } from "zod";
import { lineInput, pageFields, timeAnswer } from "#lib/core/shapes";
import { publicFeesAnswer } from "#lib/payments/public-schema";
import { modelKinds } from "#lib/pricing/catalogue";
import { conditionsAnswer } from "#lib/pricing/condition-schema";
import { publicTierAnswer } from "#lib/tiers/schema";
import { modelAnswer, unitPrices } from "./schema.ts";

/** A model's price as everybody may read it: USD per million tokens or per piece, before a line's multiplier. */
export const publicPriceAnswer = modelAnswer
  .pick({ vendor: true, kind: true, contextWindow: true, example: true, sold: true, official: true })
  .extend({
    model: z.string(),
    name: z.string(),
    price: unitPrices,
    ...conditionsAnswer,
    officialImages: conditionsAnswer.images,
    multipliers: z.record(z.string(), z.string()),
    ofOfficial: modelAnswer.shape.drift,
    policy: z.enum(["official", "manual"]),
    reason: z.string().nullable().meta({ description: "why a manual price is not the official one" }),
    outside: z.boolean().meta({ description: "lies outside 0.5 to 1.0 times the official price" }),
    source: z.string(),
    sourceDate: z.string(),
    effectiveAt: timeAnswer.meta({ description: "since when this price holds" }),
    priceVersionId: z.string(),
    upcoming: z
      .array(z.object({ effectiveAt: timeAnswer, priceVersionId: z.string(), price: unitPrices.nullable() }))
      .meta({ description: "published and to come; a price of null: withdrawn" }),
  })
  .meta({ id: "PublicPrice" });

export const publicLine = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  multiplier: z.string(),
});

export const publicPricesAnswer = z.object({
  items: z.array(publicPriceAnswer),
  nextCursor: z.string().nullable(),
  total: z.number().int().meta({ description: "models that the question fits" }),
  effectiveAt: timeAnswer.nullable().meta({ description: "since when the version in force holds" }),
  priceVersionId: z.string().nullable(),
  vendors: z.array(z.string()),
  lines: z.array(publicLine).meta({ description: "a line's multiplier applies to every price" }),
  tiers: z
    .array(publicTierAnswer)
    .meta({ description: "discount tiers that can be reached: from which threshold on which reward" }),
  fees: publicFeesAnswer.meta({ description: "what is paid beside the prices, and what a payment is worth" }),
});

export const publicPricesQuery = z.strictObject({
  ...pageFields,
  q: lineInput(128).optional(),
  vendor: lineInput(64).optional(),
  kind: z.enum(modelKinds).optional(),
  sold: z
    .stringbool({ truthy: ["true"], falsy: ["false"] })
    .optional()
    .meta({ description: "only models that a channel serves now, or that none does" }),
});

export type PublicPrice = z.infer<typeof publicPriceAnswer>;
export type PublicLine = z.infer<typeof publicLine>;
export type PublicPrices = z.infer<typeof publicPricesAnswer>;
export type PublicPricesQuery = z.infer<typeof publicPricesQuery>;
