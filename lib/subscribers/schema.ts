import { z } from "zod";
import { lineInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { emailInput, locales } from "#lib/users/schema";

export const subscriberStates = ["pending", "confirmed", "unsubscribed", "suppressed"] as const;
export type SubscriberState = (typeof subscriberStates)[number];

/** What of announcements somebody wants, and how. */
const wishFields = {
  vendors: z.array(lineInput(64)).max(100),
  models: z.array(lineInput(256)).max(500),
  digest: z.boolean(),
  locale: z.enum(locales),
};

export const wishes = z.object({ ...wishFields, all: z.boolean() });
export type Wishes = z.infer<typeof wishes>;

const inputs = {
  all: z.boolean().optional().meta({ description: "default: whether neither vendors nor models are named" }),
  vendors: wishFields.vendors.default([]),
  models: wishFields.models.default([]),
  digest: wishFields.digest.default(false).meta({ description: "one mail a day; default: at once" }),
  locale: wishFields.locale.default("en"),
};
const readerName = lineInput(128).meta({ description: "how mails greet the reader" });

export const subscribeBody = z.strictObject({ email: emailInput, name: readerName.default(""), ...inputs });
export const ownSubscriptionBody = z.strictObject(inputs);
export const changeSubscriptionBody = z.strictObject({ name: readerName.optional(), ...inputs });
export const tokenQuery = z.strictObject({ token: z.string().max(256).default("") });

/** The same for every address, known or not. */
export const subscribedAnswer = z
  .object({ email: z.string(), state: z.literal("pending") })
  .meta({ id: "SubscriptionAsked" });

/** A subscription as its owner sees it. */
export const subscriptionAnswer = wishes
  .extend({ email: z.string(), name: z.string(), state: z.enum(subscriberStates) })
  .meta({ id: "Subscription" });

export const followOptionsAnswer = z
  .object({
    vendors: z.array(z.string()),
    models: z.array(z.object({ id: z.string(), vendor: z.string() })),
  })
  .meta({ id: "FollowOptions" });

export const subscriberAnswer = subscriptionAnswer
  .extend({
    id: z.string(),
    userId: z.string().nullable(),
    consent: z.string().meta({ description: "how consent was given" }),
    reason: z.string().meta({ description: "why nothing is sent any more" }),
    askedAt: timeAnswer,
    confirmedAt: timeAnswer.nullable(),
    endedAt: timeAnswer.nullable(),
    createdAt: timeAnswer,
  })
  .meta({ id: "Subscriber" });
export const subscriberPage = pageAnswer(subscriberAnswer);

const filterFields = {
  q: lineInput(254).optional(),
  state: z.enum(subscriberStates).optional(),
  locale: z.enum(locales).optional(),
  digest: z.stringbool({ truthy: ["true"], falsy: ["false"] }).optional(),
  vendor: lineInput(64).optional().meta({ description: "who follows it; who follows all does" }),
  model: lineInput(256).optional(),
};
export const listSubscribersQuery = z.strictObject({ ...pageFields, ...filterFields });
export const exportSubscribersQuery = z.strictObject(filterFields);

export const importSubscribersBody = z.strictObject({
  text: z.string().max(1_000_000).meta({
    description: "CSV with a head line: email, and name, vendors, models, digest, language where known",
  }),
  consent: lineInput(500).min(10, "say how these people agreed to get mails").meta({
    description: "how they agreed, kept beside each",
  }),
});
export const importAnswer = z
  .object({
    added: z.number().int(),
    known: z.number().int().meta({ description: "subscribed already" }),
    left: z
      .number()
      .int()
      .meta({ description: "unsubscribed or suppressed: nobody is brought back by a file" }),
    wrong: z.array(z.object({ line: z.number().int(), problem: z.string() })),
  })
  .meta({ id: "SubscribersImported" });

export const suppressBody = z.strictObject({ reason: lineInput(300).min(1, "say why") });

export type Subscribe = z.infer<typeof subscribeBody>;
export type OwnSubscription = z.infer<typeof ownSubscriptionBody>;
export type ChangeSubscription = z.infer<typeof changeSubscriptionBody>;
export type Subscription = z.infer<typeof subscriptionAnswer>;
export type Subscriber = z.infer<typeof subscriberAnswer>;
export type FollowOptions = z.infer<typeof followOptionsAnswer>;
export type ListSubscribers = z.infer<typeof listSubscribersQuery>;
export type SubscriberFilter = z.infer<typeof exportSubscribersQuery>;
export type ImportSubscribers = z.infer<typeof importSubscribersBody>;
export type ImportResult = z.infer<typeof importAnswer>;
