import { z } from "zod";
import { timeAnswer, usdAnswer } from "#lib/core/shapes";

/** What went through every channel in the last 24 hours: its money, and calls hour by hour. */
export const channelActivityAnswer = z
  .object({
    from: timeAnswer,
    to: timeAnswer,
    items: z.array(
      z.object({
        channelId: z.string(),
        requests: z.number().int(),
        spend: usdAnswer.meta({ description: "what customers paid for its answers" }),
        officialCost: usdAnswer.meta({ description: "official prices × costMultiplier: what it cost us" }),
        margin: usdAnswer.meta({ description: "spend − officialCost" }),
        hours: z.array(z.number().int()).length(24).meta({ description: "calls per hour, the oldest first" }),
      }),
    ),
  })
  .meta({ id: "ChannelActivity" });

export type ChannelActivity = z.infer<typeof channelActivityAnswer>;
export type ActivityOfChannel = ChannelActivity["items"][number];
