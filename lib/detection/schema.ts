import { z } from "zod";
import { timeAnswer, usdAnswer } from "#lib/core/shapes";

const share = z.number().meta({ description: "of its requests, 0 to 1; lately counts more" });

/**
 * familiar: learnt. new: seen within the last day, on probation. suspect: part of what an incident is about. trusted:
 * a person vouched for it.
 */
export const networkStates = ["familiar", "new", "suspect", "trusted"] as const;
export type NetworkState = (typeof networkStates)[number];

/** How a key is usually used, as far as it is learnt. */
export const patternAnswer = z
  .object({
    learning: z
      .object({
        isOver: z.boolean().meta({ description: "before that nothing is judged" }),
        requests: z.number().int(),
        minRequests: z.number().int(),
        minHours: z.number().int(),
        since: timeAnswer.nullable().meta({ description: "its first request; null: it had none" }),
      })
      .meta({ description: "the quiet period of a new key" }),
    networks: z.array(
      z.object({
        network: z.string().meta({ description: "/24, of IPv6 /48" }),
        state: z.enum(networkStates),
        carrier: z.string().nullable().meta({ description: "whose it is, where tables of networks know it" }),
        country: z.string().nullable(),
        hosting: z.boolean().nullable().meta({ description: "a data centre's" }),
        share,
        firstSeen: timeAnswer,
        lastSeen: timeAnswer,
      }),
    ),
    countries: z.array(z.object({ country: z.string(), share })),
    clients: z.array(z.object({ client: z.string(), share })),
    models: z.array(z.object({ model: z.string(), share })),
    hours: z.array(share).length(24).meta({ description: "by UTC hour of the day" }),
    pace: z
      .object({ requests: z.number().int(), spend: usdAnswer })
      .meta({ description: "the largest ten minutes so far, fading" }),
    perActiveHour: z.object({ networks: z.number() }).meta({
      description: "how many networks are at it at once in an hour of use, on average",
    }),
  })
  .meta({ id: "KeyPattern" });

export type KeyPattern = z.infer<typeof patternAnswer>;
