import { z } from "zod";
import { offeredMethod } from "./method-schema.ts";

/** A way of paying as everybody may read it. */
export const publicMethodAnswer = offeredMethod
  .pick({ id: true, name: true, nameZh: true, currencies: true, least: true, most: true })
  .extend({
    fee: z
      .string()
      .meta({ description: "taken off a payment, in per cent; what is paid is credited whole: always 0" }),
  })
  .meta({ id: "PublicPaymentMethod" });

/** What is paid beside the prices, and what a payment is worth. */
export const publicFeesAnswer = z
  .object({
    methods: z.array(publicMethodAnswer),
    rates: z
      .array(
        z.object({
          currency: z.string(),
          usdPerUnit: z.string().nullable().meta({
            description: "decimal or fraction; null: none is good now, payments wait for one",
          }),
          date: z.string().nullable().meta({ description: "YYYY-MM-DD: of which day the rate is" }),
        }),
      )
      .meta({ description: "of the currencies other than USD that can be paid" }),
  })
  .meta({ id: "PublicFees" });

export type PublicMethod = z.infer<typeof publicMethodAnswer>;
export type PublicFees = z.infer<typeof publicFeesAnswer>;
