import { z } from "zod";
import { idInput, lineInput } from "#lib/core/shapes";
import { channelProviders } from "../schema.ts";

/** Whom to ask: a provider as it stands in a form, or a channel with the credential that is stored for it. */
export const discoverModelsBody = z
  .strictObject({
    channelId: idInput.optional().meta({ description: "instead of the others" }),
    provider: z.enum(channelProviders).optional(),
    baseUrl: lineInput(2048).optional(),
    credential: z
      .string()
      .max(16_384)
      .refine((text) => /^[\x20-\x7e]*$/.test(text), "printable ASCII on one line is expected")
      .nullish(),
  })
  .refine(({ channelId, ...rest }) => channelId === undefined || Object.keys(rest).length === 0, {
    path: ["channelId"],
    message: "name a channel or an address, not both",
  })
  .refine(({ channelId, provider }) => channelId !== undefined || provider !== undefined, {
    path: ["provider"],
    message: "a provider or a channelId is expected",
  });

/** The provider's models beside the catalogue's. */
export const discoveredModelsAnswer = z
  .object({
    models: z.array(
      z.object({
        upstreamModel: z.string(),
        model: z.string().nullable().meta({ description: "of the catalogue; null: none fits" }),
        match: z.enum(["exact", "alias", "prefix", "date", "prefix_and_date"]).nullable(),
        confidence: z.enum(["certain", "likely", "guess"]).nullable(),
        priced: z.boolean().meta({ description: "false: calls of it would be refused" }),
      }),
    ),
    leftOut: z.number().int().meta({ description: "listed, but no usable name or beyond 2,000" }),
  })
  .meta({ id: "DiscoveredModels" });

export type DiscoverModels = z.infer<typeof discoverModelsBody>;
export type DiscoveredModels = z.infer<typeof discoveredModelsAnswer>;
export type DiscoveredModel = DiscoveredModels["models"][number];
