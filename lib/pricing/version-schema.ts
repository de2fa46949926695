import { z } from "zod";
import { compareFractions, parseFraction } from "#lib/core/fraction";
import {
  idInput,
  lineInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
} from "#lib/core/shapes";
import {
  conditionFields,
  conditionsAnswer,
  figureInput,
  hoursAnswer,
  imagePriceAnswer,
  tierAnswer,
} from "./condition-schema.ts";
import { conditionNames } from "./conditions.ts";
import { multiplierNames } from "./multipliers.ts";
import { reasonCauses } from "./reason.ts";
import { priceUnits } from "./units.ts";

/** A body that may hold a whole price list. */
export const mostPriceListBytes = 8 * 1024 * 1024;

/** `scheduled`: published, its time is to come. `superseded`: a later one is in force. */
export const versionStates = ["draft", "scheduled", "published", "superseded"] as const;

/** A price version in a list. Versions take effect in the order of their times; same time: the higher number wins. */
export const priceVersionAnswer = z
  .object({
    id: z.string(),
    number: z.number().int(),
    state: z.enum(versionStates).meta({
      description: "scheduled: its time is to come; published: in force; superseded: a later one is in force",
    }),
    note: z.string(),
    effectiveAt: timeAnswer.nullable(),
    publishedAt: timeAnswer.nullable(),
    createdBy: z.string(),
    createdAt: timeAnswer,
    entryCount: z.number().int(),
  })
  .meta({ id: "PriceVersion" });

const priceAnswer = z
  .record(z.string(), z.string())
  .meta({ description: "unit → USD per million tokens or per piece; decimal or fraction" });

/** What a version names: a model's prices, a group's multiplier, one account's prices of a model, or its discount. */
export const priceEntryAnswer = z.object({
  kind: z.enum(["model", "group", "account", "discount"]),
  model: z.string().nullable(),
  group: z.string().nullable(),
  accountId: z.string().nullable(),
  price: priceAnswer.nullable().meta({ description: "without any unit: the price is withdrawn" }),
  multipliers: z.record(z.string(), z.string()).nullable(),
  ...conditionsAnswer,
  multiplier: z
    .string()
    .nullable()
    .meta({ description: "of a group; of a discount what the account pays of everything: 0.95 is 5 % off" }),
  reason: z.string().nullable(),
});

export const priceVersionDetail = priceVersionAnswer
  .extend({ entries: z.array(priceEntryAnswer) })
  .meta({ id: "PriceVersionDetail" });

export const listPriceVersionsQuery = z.strictObject(pageFields);
export const priceVersionPage = pageAnswer(priceVersionAnswer);

export const reasonInput = noteInput.transform((text) => text.trim());

const multiplierFields = Object.fromEntries(
  Object.values(multiplierNames).map((name) => [name, figureInput.nullable().optional()]),
) as Record<
  (typeof multiplierNames)[keyof typeof multiplierNames],
  z.ZodOptional<z.ZodNullable<typeof figureInput>>
>;

/** How a model's price is said: by multipliers, by USD, as the official one, or not at all any more. */
export const priceFields = {
  ...multiplierFields,
  price: z
    .partialRecord(z.enum(priceUnits), figureInput.nullable())
    .optional()
    .meta({
      description: "unit → USD per million tokens or per piece; null takes the unit's own price away",
      examples: [{ input: "0.15", output: "0.6" }],
    }),
  ...conditionFields,
  official: z.literal(true).optional().meta({ description: "the official price, whatever it is now" }),
  withdrawn: z.literal(true).optional().meta({ description: "no price any more" }),
};

/**
 * One thing that a version names. Of a price only what is named changes: a model multiplier alone moves every kind of
 * token with it, a `price` of one unit leaves the others as they are.
 */
export const priceEntryInput = z
  .strictObject({
    model: lineInput(256).optional(),
    group: lineInput(64).optional(),
    accountId: idInput.optional(),
    multiplier: figureInput.optional().meta({ description: "of a group" }),
    discount: figureInput
      .optional()
      .meta({ description: "with accountId alone: percent off everything that it pays; 0 takes it away" }),
    ...priceFields,
    reason: reasonInput.optional(),
  })
  .superRefine((entry, context) => {
    const problem = shapeProblem(entry);
    if (problem !== undefined) context.addIssue({ code: "custom", ...problem });
  });

const entriesInput = z.array(priceEntryInput).max(20_000);

export const createPriceVersionBody = z.strictObject({
  entries: entriesInput,
  note: noteInput.optional(),
});
export const updatePriceVersionBody = z.strictObject({
  entries: entriesInput.optional().meta({ description: "the whole of what the draft names" }),
  note: noteInput.optional(),
});
export const publishPriceVersionBody = z.strictObject({
  effectiveAt: timeInput
    .optional()
    .meta({ description: "at the earliest 2 s from now, which is the default" }),
});
export const rollBackBody = z.strictObject({
  reason: reasonInput.refine((text) => text !== "", "say why"),
});

export const transferFormats = ["csv", "json"] as const;
export const importPriceVersionBody = z.strictObject({
  format: z.enum(transferFormats).optional().meta({ description: "default: as the text looks" }),
  text: z.string().max(4_000_000),
  note: noteInput.optional(),
});
export const exportPriceVersionQuery = z.strictObject({
  format: z.enum(transferFormats).default("csv"),
  all: z
    .stringbool({ truthy: ["true"], falsy: ["false"] })
    .default(false)
    .meta({ description: "every price under this version, not only what it names" }),
});

const unitChange = z.object({
  unit: z.string(),
  when: z
    .string()
    .nullable()
    .meta({
      description: "for which calls alone: long prompts, hours, images; null: all others",
      examples: ["> 200,000 tokens", "16:30–00:30 UTC", "1024x1792 hd"],
    }),
  before: z.string().nullable(),
  after: z.string().nullable(),
  official: z.string().nullable(),
  percent: z
    .string()
    .nullable()
    .meta({ description: "after ÷ before − 1, in percent", examples: ["-12.5"] }),
});
/** A price that differs: USD per million tokens or per piece, unit by unit; of a group its multiplier. */
export const priceChangeAnswer = z.object({
  kind: z.enum(["model", "group", "account", "discount"]),
  model: z.string().nullable(),
  vendor: z.string().nullable(),
  group: z.string().nullable(),
  accountId: z.string().nullable(),
  accountName: z.string().nullable(),
  units: z.array(unitChange),
  multipliers: z.object({
    before: z.record(z.string(), z.string()).nullable(),
    after: z.record(z.string(), z.string()).nullable(),
  }),
  tiers: z.object({ before: z.array(tierAnswer), after: z.array(tierAnswer) }),
  hours: z.object({ before: z.array(hoursAnswer), after: z.array(hoursAnswer) }),
  images: z.object({ before: z.array(imagePriceAnswer), after: z.array(imagePriceAnswer) }),
  multiplier: unitChange.pick({ before: true, after: true, percent: true }).nullable(),
  causes: z.array(z.enum(reasonCauses)).meta({ description: "what a typed reason is needed for" }),
  reason: z.string().nullable(),
});
export const diffPriceVersionQuery = z.strictObject({
  against: z.string().max(64).optional().meta({
    description: "another version's id; default: of a draft what is in force, else what stood before",
  }),
});
export const priceDiffAnswer = z
  .object({ items: z.array(priceChangeAnswer), nextCursor: z.null() })
  .meta({ id: "PriceDiff" });

export type PriceVersionSummary = z.infer<typeof priceVersionAnswer>;
export type PriceVersionDetail = z.infer<typeof priceVersionDetail>;
export type PriceEntryAnswer = z.infer<typeof priceEntryAnswer>;
export type PriceEntryInput = z.infer<typeof priceEntryInput>;
export type PriceChangeAnswer = z.infer<typeof priceChangeAnswer>;
export type VersionState = (typeof versionStates)[number];
export type TransferFormat = (typeof transferFormats)[number];

function shapeProblem(entry: Record<string, unknown>): { path: string[]; message: string } | undefined {
  const { model, group, accountId, multiplier, official, withdrawn, discount } = entry;
  const figures = [...Object.values(multiplierNames), "price", ...conditionNames].filter(
    (name) => entry[name] !== undefined,
  );
  const ways = (figures.length > 0 ? 1 : 0) + (official ? 1 : 0) + (withdrawn ? 1 : 0);
  if (discount !== undefined) {
    if (accountId === undefined) return { path: ["accountId"], message: "whose discount it is" };
    if (model !== undefined || group !== undefined || multiplier !== undefined || ways > 0)
      return { path: ["discount"], message: "is on everything: it stands alone" };
    const isWhole = compareFractions(parseFraction(String(discount)), { num: 100n, den: 1n }) <= 0;
    return isWhole ? undefined : { path: ["discount"], message: "at most 100 is expected" };
  }
  if (group !== undefined) {
    if (model !== undefined || accountId !== undefined || ways > 0)
      return { path: ["group"], message: "a group has a multiplier and nothing else" };
    return multiplier === undefined ? { path: ["multiplier"], message: "required" } : undefined;
  }
  if (multiplier !== undefined) return { path: ["multiplier"], message: "is a group's; name the group" };
  if (model === undefined || model === "")
    return { path: ["model"], message: "a model or a group is expected" };
  if (ways === 1) return imageProblem(entry);
  return { path: ["model"], message: "say its price, or official, or withdrawn: exactly one of them" };
}

/** Of a list of images the first says what the price per image is; said twice, both must say the same. */
function imageProblem(entry: Record<string, unknown>): { path: string[]; message: string } | undefined {
  const [usual] = (entry.images ?? []) as { price: string }[];
  const { image } = (entry.price ?? {}) as { image?: string | null };
  if (usual === undefined || image === undefined) return undefined;
  if (image !== null && compareFractions(parseFraction(image), parseFraction(usual.price)) === 0)
    return undefined;
  return { path: ["price", "image"], message: "is the price of the first of images" };
}
