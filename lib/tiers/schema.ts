import { z } from "zod";
import { compareFractions, parseFraction } from "#lib/core/fraction";
import {
  amountInput,
  idInput,
  lineInput,
  nameInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  usdAnswer,
} from "#lib/core/shapes";

export const tierKinds = ["cumulative", "single", "daily"] as const;
export const tierRewards = ["recharge_bonus", "consumption_discount"] as const;
export const tierDurations = ["permanent", "while_held"] as const;
export const tierPolicies = ["automatic", "offered"] as const;
export const grantStates = ["offered", "granted", "declined", "ended"] as const;

/** From what threshold on an account gets which reward. */
export const tierAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    nameZh: z.string().meta({ description: "empty: as `name`" }),
    kind: z.enum(tierKinds).meta({
      description:
        "cumulative: all recharges together reach the threshold; single: one does; daily: more than it is spent on each of `days` days in a row",
    }),
    currency: z.string(),
    threshold: z.string().meta({ description: "decimal, in `currency`" }),
    days: z.number().int().nullable(),
    reward: z.enum(tierRewards),
    percent: z.string().meta({ description: "of the credit, or off every bill; decimal or fraction" }),
    duration: z.enum(tierDurations),
    policy: z.enum(tierPolicies).meta({ description: "offered: an operator approves it first" }),
    bonusDays: z.number().int().nullable().meta({ description: "how long its bonus lasts; null: for good" }),
    isActive: z.boolean(),
    holders: z.number().int(),
    offers: z.number().int(),
    createdAt: timeAnswer,
  })
  .meta({ id: "DiscountTier" });

/** What is public of a tier. */
export const publicTierAnswer = tierAnswer.omit({
  holders: true,
  offers: true,
  isActive: true,
  createdAt: true,
});

const currency = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{3}$/, "a currency code such as USD or CNY is expected")
  .transform((code) => code.toUpperCase());
const percentInput = z
  .union([z.string().max(32), z.number()], { error: "a percentage such as 5 or 2.5 is expected" })
  .transform((value) => String(value).trim())
  .refine(isPercent, "more than 0 and at most 100 is expected");

const fields = {
  name: nameInput,
  nameZh: lineInput(128),
  currency,
  threshold: amountInput(9).refine((text) => Number(text) > 0, "more than 0 is expected"),
  days: z.number().int().min(1, "at least a day").max(90, "at most 90 days"),
  reward: z.enum(tierRewards),
  percent: percentInput,
  duration: z.enum(tierDurations),
  policy: z.enum(tierPolicies),
  bonusDays: z.number().int().min(1, "at least a day").max(3_650, "at most 3,650 days").nullable(),
};

export const createTierBody = z
  .strictObject({
    ...fields,
    nameZh: fields.nameZh.optional(),
    kind: z.enum(tierKinds),
    currency: fields.currency.optional().meta({ description: "default: USD" }),
    days: fields.days.optional().meta({ description: "of kind daily: default 7" }),
    duration: fields.duration.optional().meta({ description: "default: permanent" }),
    policy: fields.policy.optional().meta({
      description: "default: automatic for a recharge bonus, offered for a consumption discount",
    }),
    bonusDays: fields.bonusDays.optional(),
  })
  .superRefine(({ kind, currency, days, reward, bonusDays }, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (kind === "daily" && currency !== undefined && currency !== "USD")
      problem("currency", "consumption is counted in USD");
    if (kind !== "daily" && days !== undefined) problem("days", "is of tiers by daily consumption");
    if (reward === "consumption_discount" && bonusDays != null)
      problem("bonusDays", "is of a recharge bonus");
  });

/** Accounts that hold a tier keep their percentage; what is changed counts for those who reach it later. */
export const updateTierBody = z.strictObject({
  name: fields.name.optional(),
  nameZh: fields.nameZh.optional(),
  threshold: fields.threshold.optional(),
  days: fields.days.optional(),
  percent: fields.percent.optional(),
  duration: fields.duration.optional(),
  policy: fields.policy.optional(),
  bonusDays: fields.bonusDays.optional(),
  isActive: z.boolean().optional(),
});

export const tierPage = pageAnswer(tierAnswer);

const dayAnswer = z.object({ day: z.string().meta({ description: "YYYY-MM-DD" }), spent: usdAnswer });

/** How far an account is, in figures: what a grant or a loss is explained by. */
export const figuresAnswer = z.object({
  kind: z.enum(tierKinds),
  currency: z.string(),
  threshold: z.string(),
  value: z.string().meta({ description: "reached so far, in `currency`; of daily: the least of the days" }),
  recharges: z.number().int().meta({ description: "how many were counted" }),
  days: z.array(dayAnswer).meta({ description: "of daily: the days looked at, oldest first" }),
  timeZone: z.string().nullable(),
});

export const grantAnswer = z
  .object({
    id: z.string(),
    tierId: z.string(),
    tierName: z.string(),
    tierNameZh: z.string().meta({ description: "empty: as `tierName`" }),
    accountId: z.string(),
    accountName: z.string(),
    state: z.enum(grantStates),
    reward: z.enum(tierRewards),
    percent: z.string(),
    figures: figuresAnswer.nullable().meta({ description: "what reached it; null: granted by hand" }),
    endFigures: figuresAnswer.nullable(),
    rechargeId: z.string().nullable(),
    decidedBy: z.string().nullable().meta({ description: "null: by itself" }),
    decidedAt: timeAnswer.nullable(),
    endedBy: z.string().nullable().meta({ description: "null: by itself" }),
    endedAt: timeAnswer.nullable(),
    reason: z.string(),
    createdAt: timeAnswer,
  })
  .meta({ id: "TierGrant" });

export const grantPage = pageAnswer(grantAnswer);

export const listGrantsQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  tierId: idInput.optional(),
  state: z.enum(grantStates).optional(),
});

export const grantTierBody = z.strictObject({
  accountId: idInput,
  reason: noteInput.refine((text) => text.trim() !== "", "say why"),
});
export const decideGrantBody = z.strictObject({ reason: noteInput.optional() });
export const endGrantBody = z.strictObject({
  reason: noteInput.refine((text) => text.trim() !== "", "say why: the customer reads it"),
});

export const waitingOffersAnswer = z.object({ waiting: z.number().int() }).meta({ id: "WaitingTierOffers" });

/** Who would reach a tier as it stands, or as it is being written. */
export const tierPreviewAnswer = z
  .object({
    accounts: z.number().int().meta({ description: "how many were looked at" }),
    qualifying: z.number().int(),
    items: z
      .array(z.object({ accountId: z.string(), accountName: z.string(), figures: figuresAnswer }))
      .meta({ description: "the first hundred, the furthest first" }),
  })
  .meta({ id: "TierPreview" });

/** How far an account is on the way to each tier. */
export const progressAnswer = z
  .object({
    items: z.array(
      z.object({
        tier: publicTierAnswer,
        state: z.enum(["held", "offered", "open"]),
        share: z.number().meta({ description: "of the way, 0 to 1" }),
        missing: z
          .string()
          .nullable()
          .meta({ description: "in the tier's currency; null: reached, or daily" }),
        daysReached: z.number().int().nullable().meta({ description: "of daily: how many of the last days" }),
        figures: figuresAnswer,
        since: timeAnswer.nullable(),
      }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: "TierProgress" });
export const progressQuery = z.strictObject({ accountId: idInput });

export type Tier = z.infer<typeof tierAnswer>;
export type PublicTier = z.infer<typeof publicTierAnswer>;
export type CreateTier = z.infer<typeof createTierBody>;
export type UpdateTier = z.infer<typeof updateTierBody>;
export type TierGrantAnswer = z.infer<typeof grantAnswer>;
export type ListGrants = z.infer<typeof listGrantsQuery>;
export type Figures = z.infer<typeof figuresAnswer>;
export type TierPreview = z.infer<typeof tierPreviewAnswer>;
export type TierProgress = z.infer<typeof progressAnswer>;
export type TierReward = (typeof tierRewards)[number];
export type GrantState = (typeof grantStates)[number];

function isPercent(text: string): boolean {
  try {
    const read = parseFraction(text);
    return read.num > 0n && compareFractions(read, { num: 100n, den: 1n }) <= 0;
  } catch {
    return false;
  }
}
