import { z } from "zod";
import { lineInput, nameInput, pageAnswer, pageFields } from "#lib/core/shapes";
import { modelKinds } from "#lib/pricing/catalogue";
import { conditionsAnswer } from "#lib/pricing/condition-schema";
import { priceFields, reasonInput } from "#lib/pricing/version-schema";

/** Price unit → USD per million tokens, or per piece (`call`, `image`, `videoSecond` …); decimal or fraction. */
export const unitPrices = z
  .record(z.string(), z.string())
  .meta({ examples: [{ input: "0.15", output: "0.6" }] });

/** `model` 1 means $2 per million input tokens; the others are relative to the input price. */
export const modelMultipliers = z
  .record(z.string(), z.string())
  .meta({ examples: [{ model: "0.075", completion: "4" }] });

/** A model of the catalogue: the official price beside ours. */
export const modelAnswer = z
  .object({
    id: z.string(),
    vendor: z.string(),
    displayName: z.string(),
    kind: z.enum(modelKinds),
    contextWindow: z.number().int().nullable(),
    maxOutputTokens: z.number().int().nullable(),
    reasoning: z.boolean(),
    syncPolicy: z.enum(["official", "manual"]),
    statedReason: z.string().nullable(),
    example: z.boolean().meta({ description: "an example price, no public one is known" }),
    official: unitPrices,
    officialConditions: z
      .object(conditionsAnswer)
      .meta({ description: "what the official price depends on" }),
    ...conditionsAnswer,
    price: unitPrices.nullable().meta({ description: "null: not priced, calls are refused" }),
    multipliers: modelMultipliers.nullable(),
    drift: z
      .string()
      .nullable()
      .meta({ description: "ours ÷ official in percent, of the unit that departs most", examples: ["100"] }),
    priceVersionId: z.string().nullable(),
    channels: z.number().int().meta({ description: "active channels that serve it" }),
    sold: z.boolean().meta({ description: "priced and served by an active channel" }),
    source: z.string(),
    sourceDate: z.string(),
  })
  .meta({ id: "Model" });

const tokens = z.number().int().min(1).max(1_000_000_000).nullable();

/** What stays unnamed stays as it is. */
export const putModelBody = z.strictObject({
  syncPolicy: z.enum(["official", "manual"]).optional(),
  statedReason: reasonInput.optional().meta({ description: "why the price is not the official one; public" }),
  displayName: nameInput.optional(),
  vendor: lineInput(64).optional(),
  kind: z.enum(modelKinds).optional(),
  contextWindow: tokens.optional(),
  maxOutputTokens: tokens.optional(),
  reasoning: z.boolean().optional(),
  ...priceFields,
});

/** Of one vendor by id; "-" is downwards. The first is what no `sort` means. */
export const modelSorts = ["vendor", "-vendor", "id", "-id"] as const;

export const listModelsQuery = z.strictObject({
  ...pageFields,
  sort: z.enum(modelSorts).default("vendor"),
  q: lineInput(128).optional(),
  vendor: lineInput(64).optional(),
  kind: z.enum(modelKinds).optional(),
  sold: z.stringbool({ truthy: ["true"], falsy: ["false"] }).optional(),
});

export const modelPage = pageAnswer(modelAnswer);

export type Model = z.infer<typeof modelAnswer>;
export type ListModels = z.infer<typeof listModelsQuery>;
export type PutModel = z.infer<typeof putModelBody>;
