import { z } from "zod";
import { formatFraction } from "#lib/core/fraction";
import { idInput, lineInput, nameInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { sortField } from "#lib/core/sort";
import { fractionSchema } from "#lib/pricing/schema";
import { channelLive } from "./health-schema.ts";

export const channelStatuses = ["active", "draining", "disabled"] as const;
export const channelProviders = ["openai-compatible", "simulator"] as const;

/** Of one channel. */
const MOST_CREDENTIALS = 20;

const timeoutMs = z.number().int().min(1).max(3_600_000);

const timeoutLimits = z.strictObject({
  connectMs: timeoutMs.optional().meta({ description: "to connect; default 10 s" }),
  headersMs: timeoutMs.optional().meta({ description: "until an answer's headers; default 120 s" }),
  firstTokenMs: timeoutMs
    .optional()
    .meta({ description: "until a stream's first event, while another channel is left; default 8 s" }),
  idleMs: timeoutMs.optional().meta({ description: "between two events; default 120 s" }),
  totalMs: timeoutMs.optional().meta({ description: "for a call with all its attempts; default 900 s" }),
});

/** What a channel's time limits may differ by: the model's kind, or that it reasons. */
export const modalities = [
  "chat",
  "reasoning",
  "embedding",
  "rerank",
  "moderation",
  "image",
  "audio",
  "video",
  "task",
] as const;

/** Milliseconds; what is left out takes the default. */
export const channelTimeouts = timeoutLimits.extend({
  modalities: z
    .partialRecord(z.enum(modalities), timeoutLimits)
    .optional()
    .meta({ description: "other limits for models of a kind, and for those that reason" }),
});

/** For all nodes together. A channel at its cap is passed over. */
export const channelCaps = z.strictObject({
  concurrency: z.number().int().min(1).max(100_000).optional().meta({ description: "running calls" }),
  rpm: z.number().int().min(1).max(10_000_000).optional().meta({ description: "calls per minute" }),
});

/** An upstream at one provider with its credentials. The credentials themselves never come back. */
export const channelAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    provider: z.enum(channelProviders),
    baseUrl: z.string(),
    hasCredential: z.boolean(),
    credentials: z
      .array(z.object({ id: z.string(), index: z.number().int() }))
      .meta({ description: "one entry per stored credential; the id changes when it is replaced" }),
    models: z.array(
      z.object({
        model: z.string(),
        upstreamModel: z.string(),
        priced: z.boolean().meta({ description: "false: calls of it are refused" }),
        contextWindow: z
          .number()
          .int()
          .optional()
          .meta({ description: "tokens, where it is not the catalogue's" }),
      }),
    ),
    groups: z.array(z.string()).meta({ description: "empty = all" }),
    accounts: z.array(z.string()).meta({ description: "account ids; empty = all of those groups" }),
    priority: z.number().int().meta({ description: "larger first" }),
    weight: z.number().int(),
    timeouts: channelTimeouts,
    caps: channelCaps,
    costMultiplier: z
      .string()
      .meta({ description: "of official prices, what the provider charges; a decimal or a fraction" }),
    injectUsage: z.boolean(),
    status: z.enum(channelStatuses),
    health: channelLive,
    lastTest: z.object({ at: timeAnswer, ok: z.boolean(), detail: z.string().nullable() }).nullable(),
    requestsLastHour: z.number().int(),
    errorsLastHour: z.number().int(),
    createdAt: timeAnswer,
    updatedAt: timeAnswer,
  })
  .meta({ id: "Channel" });

const modelName = lineInput(128).min(1);
const servedModel = z.strictObject({
  model: modelName,
  upstreamModel: modelName.optional(),
  contextWindow: z.number().int().min(1).max(100_000_000).nullish(),
});
const models = z
  .array(z.union([modelName, servedModel]))
  .max(2000)
  .transform((list) => list.map(toPair))
  .refine((list) => new Set(list.map((pair) => pair.model)).size === list.length, "a model is named twice");
const groups = z
  .array(lineInput(64).min(1))
  .max(100)
  .transform((list) => [...new Set(list)]);
const accounts = z
  .array(idInput)
  .max(100)
  .transform((list) => [...new Set(list)]);
const priority = z.number().int().min(-1_000_000).max(1_000_000);
const weight = z.number().int().min(0).max(1_000_000);
const baseUrl = lineInput(2048);
const credential = z
  .string()
  .max(16_384)
  .refine((text) => /^[\x20-\x7e]*$/.test(text), "printable ASCII on one line is expected");

const costMultiplier = fractionSchema.transform(formatFraction);

/** What may be said of a new channel and of one that stands. */
const common = {
  baseUrl: baseUrl.optional(),
  groups: groups.optional(),
  accounts: accounts.optional(),
  priority: priority.optional(),
  weight: weight.optional(),
  timeouts: channelTimeouts.optional(),
  caps: channelCaps.optional(),
  costMultiplier: costMultiplier.optional(),
  injectUsage: z.boolean().optional(),
  status: z.enum(channelStatuses).optional(),
};

export const createChannelBody = z.strictObject({
  ...common,
  name: nameInput,
  provider: z.enum(channelProviders),
  credential: credential.nullish().meta({ description: "the first, or the only one" }),
  credentials: z
    .array(credential.min(1))
    .max(MOST_CREDENTIALS)
    .optional()
    .meta({ description: "several; instead of `credential`" }),
  models,
});

export const updateChannelBody = z.strictObject({
  ...common,
  name: nameInput.optional(),
  credential: credential
    .nullish()
    .meta({ description: "replaces the first; null or empty removes all of them" }),
  credentials: z
    .array(z.union([credential.min(1), z.strictObject({ id: lineInput(64).min(1) })]))
    .max(MOST_CREDENTIALS)
    .optional()
    .meta({
      description: "the whole list, instead of `credential`: {id} keeps a stored one, a text adds one",
    }),
  models: models.optional(),
});

export const listChannelsQuery = z.strictObject({
  ...pageFields,
  ...sortField,
  q: lineInput(128).optional(),
  model: lineInput(128).optional(),
  group: lineInput(64).min(1).optional().meta({ description: "those that take a line's calls" }),
  status: z.enum(channelStatuses).optional(),
  health: z.enum(["out"]).optional().meta({ description: "out: active, but nobody is sent there now" }),
});

export const testChannelBody = z.strictObject({
  model: modelName.optional(),
  credential: z
    .number()
    .int()
    .min(0)
    .max(MOST_CREDENTIALS - 1)
    .optional()
    .meta({ description: "its index; default 0" }),
});

/** What a test call showed: status and class, never the upstream's body. */
export const channelTestAnswer = z.object({
  ok: z.boolean(),
  status: z.number().int().nullable(),
  errorClass: z.string().nullable(),
  latencyMs: z.number(),
  /** What was asked for: a call of the model, or (images) only the provider's list of models; null: nothing. */
  by: z.enum(["call", "list"]).nullable(),
  model: z.string().nullable(),
});

export const channelPage = pageAnswer(channelAnswer);

export type Channel = z.infer<typeof channelAnswer>;
export type ChannelModel = { model: string; upstreamModel: string; contextWindow: number | null };
export type ChannelCaps = z.infer<typeof channelCaps>;
export type ChannelTimeouts = z.infer<typeof channelTimeouts>;
export type CreateChannel = z.infer<typeof createChannelBody>;
export type UpdateChannel = z.infer<typeof updateChannelBody>;
export type ListChannels = z.infer<typeof listChannelsQuery>;
export type ChannelTest = z.infer<typeof channelTestAnswer>;

function toPair(entry: string | z.infer<typeof servedModel>): ChannelModel {
  if (typeof entry === "string") return { model: entry, upstreamModel: entry, contextWindow: null };
  const { model, upstreamModel = model, contextWindow = null } = entry;
  return { model, upstreamModel, contextWindow };
}
