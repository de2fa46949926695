import { z } from "zod";
import { timeAnswer, timeInput, usdAnswer } from "#lib/core/shapes";

/** How a channel does now, all nodes together; times are those of the last change. */
export const channelLive = z.object({
  state: z.enum(["healthy", "degraded", "rate_limited", "open", "half_open", "draining", "disabled"]).meta({
    description:
      "degraded: some of its models or credentials are out or rate limited; rate_limited: nobody is sent there until nextProbeAt; open: the same, because all of them are out; half_open: being probed",
  }),
  since: timeAnswer.nullable(),
  reason: z.string().nullable().meta({ description: "a fault class, error_ratio or slow_first_token" }),
  lastErrorClass: z.string().nullable(),
  nextProbeAt: timeAnswer.nullable(),
  inFlight: z.number().int(),
  attempts: z.number().int().meta({ description: "of the last 15 minutes, those too that others made good" }),
  failures: z.number().int(),
  successRate: z.number().nullable().meta({ description: "0 to 1; null: nobody called" }),
  firstTokenP50Ms: z.number().nullable(),
  firstTokenP95Ms: z.number().nullable(),
});

const stateOfPart = {
  state: z
    .enum(["closed", "rate_limited", "open", "half_open"])
    .meta({ description: "a model is what its channel or its credentials leave it to be" }),
  since: timeAnswer.nullable(),
  reason: z.string().nullable(),
  lastErrorClass: z.string().nullable(),
  nextProbeAt: timeAnswer.nullable(),
};

/** A channel's state in full: of itself, of each model, of each credential; and its last hours' money. */
export const channelHealthAnswer = channelLive
  .extend({
    channel: z.object(stateOfPart).meta({ description: "the channel's own breaker: its address" }),
    models: z.array(
      z.object({
        model: z.string(),
        ...stateOfPart,
        attempts: z.number().int(),
        failures: z.number().int(),
        successRate: z.number().nullable(),
        firstTokenP50Ms: z.number().nullable(),
        firstTokenP95Ms: z.number().nullable(),
      }),
    ),
    credentials: z.array(
      z.object({
        id: z.string(),
        index: z.number().int(),
        ...stateOfPart,
        rateLimited: z
          .array(z.object({ model: z.string(), until: timeAnswer }))
          .meta({ description: "models that upstream limits it on now" }),
      }),
    ),
    nodes: z.array(z.object({ nodeId: z.string(), inFlight: z.number().int() })),
    money: z.object({
      from: timeAnswer,
      to: timeAnswer,
      requests: z.number().int(),
      spend: usdAnswer.meta({ description: "what customers paid for its answers" }),
      officialCost: usdAnswer.meta({ description: "official prices × costMultiplier: what it cost us" }),
      margin: usdAnswer.meta({ description: "spend − officialCost" }),
    }),
  })
  .meta({ id: "ChannelHealth" });

export const channelHealthQuery = z.strictObject({
  from: timeInput.optional().meta({ description: "of the money; default 24 hours ago" }),
  to: timeInput.optional(),
});

export type ChannelHealthAnswer = z.infer<typeof channelHealthAnswer>;
export type ChannelHealthQuery = z.infer<typeof channelHealthQuery>;
export type ChannelLive = z.infer<typeof channelLive>;
