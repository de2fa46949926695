import { z } from "zod";
import { lineInput, nameInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";

export const channelProviders = ["openai-compatible", "simulator"] as const;

const timeoutMs = z.number().int().min(1).max(3_600_000);

/** Milliseconds; what is left out takes the default. */
export const channelTimeouts = z.strictObject({
  connectMs: timeoutMs.optional(),
  headersMs: timeoutMs.optional(),
  firstTokenMs: timeoutMs.optional(),
  idleMs: timeoutMs.optional(),
  totalMs: timeoutMs.optional(),
});

/** One upstream credential at one provider. The credential itself never comes back. */
export const channelAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    provider: z.enum(channelProviders),
    baseUrl: z.string(),
    hasCredential: z.boolean(),
    models: z.array(
      z.object({
        model: z.string(),
        upstreamModel: z.string(),
        priced: z.boolean().meta({ description: "false: calls of it are refused" }),
      }),
    ),
    groups: z.array(z.string()).meta({ description: "empty = all" }),
    priority: z.number().int().meta({ description: "larger first" }),
    weight: z.number().int(),
    timeouts: channelTimeouts,
    injectUsage: z.boolean(),
    status: z.enum(["active", "disabled"]),
    lastTest: z.object({ at: timeAnswer, ok: z.boolean(), detail: z.string().nullable() }).nullable(),
    requestsLastHour: z.number().int(),
    errorsLastHour: z.number().int(),
    createdAt: timeAnswer,
    updatedAt: timeAnswer,
  })
  .meta({ id: "Channel" });

const modelName = lineInput(128).min(1);
const models = z
  .array(z.union([modelName, z.strictObject({ model: modelName, upstreamModel: modelName.optional() })]))
  .max(2000)
  .transform((list) => list.map(toPair))
  .refine((list) => new Set(list.map((pair) => pair.model)).size === list.length, "a model is named twice");
const groups = z
  .array(lineInput(64).min(1))
  .max(100)
  .transform((list) => [...new Set(list)]);
const priority = z.number().int().min(-1_000_000).max(1_000_000);
const weight = z.number().int().min(0).max(1_000_000);
const baseUrl = lineInput(2048);
const credential = z
  .string()
  .max(16_384)
  .refine((text) => /^[\x20-\x7e]*$/.test(text), "printable ASCII on one line is expected");

export const createChannelBody = z.strictObject({
  name: nameInput,
  provider: z.enum(channelProviders),
  baseUrl: baseUrl.optional(),
  credential: credential.nullish(),
  models,
  groups: groups.optional(),
  priority: priority.optional(),
  weight: weight.optional(),
  timeouts: channelTimeouts.optional(),
  injectUsage: z.boolean().optional(),
  status: z.enum(["active", "disabled"]).optional(),
});

export const updateChannelBody = z.strictObject({
  name: nameInput.optional(),
  baseUrl: baseUrl.optional(),
  credential: credential.nullish().meta({ description: "null or empty removes it" }),
  models: models.optional(),
  groups: groups.optional(),
  priority: priority.optional(),
  weight: weight.optional(),
  timeouts: channelTimeouts.optional(),
  injectUsage: z.boolean().optional(),
  status: z.enum(["active", "disabled"]).optional(),
});

export const listChannelsQuery = z.strictObject({
  ...pageFields,
  q: lineInput(128).optional(),
  model: lineInput(128).optional(),
  status: z.enum(["active", "disabled"]).optional(),
});

export const testChannelBody = z.strictObject({ model: modelName.optional() });

/** What a test call showed: status and class, never the upstream's body. */
export const channelTestAnswer = z.object({
  ok: z.boolean(),
  status: z.number().int().nullable(),
  errorClass: z.string().nullable(),
  latencyMs: z.number(),
  model: z.string().nullable(),
});

export const channelPage = pageAnswer(channelAnswer);

export type Channel = z.infer<typeof channelAnswer>;
export type ChannelModel = { model: string; upstreamModel: string };
export type ChannelTimeouts = z.infer<typeof channelTimeouts>;
export type CreateChannel = z.infer<typeof createChannelBody>;
export type UpdateChannel = z.infer<typeof updateChannelBody>;
export type ListChannels = z.infer<typeof listChannelsQuery>;
export type ChannelTest = z.infer<typeof channelTestAnswer>;

function toPair(entry: string | { model: string; upstreamModel?: string | undefined }): ChannelModel {
  if (typeof entry === "string") return { model: entry, upstreamModel: entry };
  return { model: entry.model, upstreamModel: entry.upstreamModel ?? entry.model };
}
