import { z } from "zod";
import { lineInput, timeAnswer } from "#lib/core/shapes";
import { conditionsAnswer } from "./condition-schema.ts";
import { priceFields, reasonInput } from "./version-schema.ts";

const prices = z
  .record(z.string(), z.string())
  .meta({ description: "unit → USD per million tokens or per piece; decimal or fraction" });

/** A model's price for one account alone, beside what all others pay for it. */
export const ownPriceAnswer = z
  .object({
    model: z.string(),
    vendor: z.string(),
    price: prices.nullable().meta({ description: "in force now; null: it pays the list's price still" }),
    multipliers: z.record(z.string(), z.string()).nullable(),
    ...conditionsAnswer,
    list: prices.nullable().meta({ description: "what all others pay; null: the model has no other price" }),
    official: prices,
    ofOfficial: z.string().nullable().meta({
      description: "own ÷ official in percent, of the unit that departs most; null: nothing to compare",
    }),
    outside: z.boolean().meta({ description: "lies outside 0.5 to 1.0 times the official price" }),
    reason: z.string().nullable(),
    effectiveAt: timeAnswer.nullable(),
    priceVersionId: z.string().nullable(),
    upcoming: z
      .array(
        z.object({
          effectiveAt: timeAnswer,
          priceVersionId: z.string(),
          price: prices.nullable().meta({ description: "null: back to the list's price" }),
        }),
      )
      .meta({ description: "published and to come, the next first" }),
  })
  .meta({ id: "OwnPrice" });

export const ownPricesAnswer = z
  .object({
    items: z.array(ownPriceAnswer),
    discount: z
      .string()
      .nullable()
      .meta({ description: "percent off everything that this account pays, now; null: none" }),
    nextCursor: z.null(),
  })
  .meta({ id: "OwnPrices" });

/** As an entry of a price version says it; `withdrawn` leads back to the list's price. */
export const putOwnPriceBody = z.strictObject({
  model: lineInput(256).min(1, "a model is expected"),
  ...priceFields,
  reason: reasonInput.optional(),
});

export type OwnPrice = z.infer<typeof ownPriceAnswer>;
export type OwnPrices = z.infer<typeof ownPricesAnswer>;
export type PutOwnPrice = z.infer<typeof putOwnPriceBody>;
