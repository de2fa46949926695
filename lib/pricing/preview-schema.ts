import { z } from "zod";
import { usdAnswer } from "#lib/core/shapes";

export const previewBody = z.strictObject({
  days: z
    .number()
    .int()
    .min(1)
    .max(366)
    .optional()
    .meta({ description: "default 30; UTC days, today's included" }),
});

const ratedFields = {
  requests: z.number().int(),
  before: usdAnswer,
  after: usdAnswer,
  official: usdAnswer.meta({ description: "the same usage at official prices" }),
  change: usdAnswer.meta({ description: "after − before" }),
};

/** What the usage of the last days would have cost, before and after. */
export const previewAnswer = z
  .object({
    days: z.number().int(),
    from: z.string().meta({ description: "the first UTC day", examples: ["2026-11-01"] }),
    ...ratedFields,
    billed: usdAnswer.meta({ description: "what was charged, under the versions of the time" }),
    marginBefore: usdAnswer.meta({ description: "before − official" }),
    marginAfter: usdAnswer.meta({ description: "after − official" }),
    accountsThatPayMore: z.number().int(),
    accountsThatPayLess: z.number().int(),
    accounts: z
      .array(z.object({ accountId: z.string(), name: z.string().nullable(), ...ratedFields }))
      .meta({ description: "the 100 whose cost changes most, those that pay more first" }),
    models: z
      .array(z.object({ model: z.string(), ...ratedFields }))
      .meta({ description: "the 100 whose revenue changes most" }),
    refused: z
      .array(z.object({ model: z.string(), requests: z.number().int() }))
      .meta({ description: "models that would have no price: their calls would be refused" }),
    outsideOfficial: z
      .array(z.string())
      .meta({ description: "models outside 0.5 to 1.0 × the official price, after" }),
  })
  .meta({ id: "PricePreview" });

export type PreviewAnswer = z.infer<typeof previewAnswer>;
