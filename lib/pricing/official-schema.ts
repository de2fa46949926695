import { z } from "zod";
import { lineInput, timeAnswer } from "#lib/core/shapes";

export const officialFindings = ["proposed", "drift", "new", "gone"] as const;

const shownPrices = z.record(z.string(), z.string());

/** One model that is not as its official price says. */
export const officialFinding = z.object({
  what: z.enum(officialFindings).meta({
    description:
      "proposed: follows the official price, in the draft; drift: ours differs, an operator decides; new: listed and not sold; gone: listed no longer",
  }),
  model: z.string(),
  vendor: z.string(),
  ours: shownPrices.nullable(),
  official: shownPrices.nullable(),
  before: shownPrices.nullable().meta({ description: "the official price that stood, where it has changed" }),
  percent: z.string().nullable().meta({ description: "ours ÷ official, of the unit that departs most" }),
});

/** What the last comparison found. */
export const officialSyncAnswer = z
  .object({
    at: timeAnswer,
    source: z.enum(["package", "upload"]),
    sourceDate: z.string(),
    startedBy: z.string(),
    priceVersionId: z.string().nullable().meta({ description: "the draft that holds what is proposed" }),
    items: z.array(officialFinding),
  })
  .meta({ id: "OfficialSync" });

export const lastOfficialSyncAnswer = z.object({ sync: officialSyncAnswer.nullable() });

const price = z.union([
  z.number().min(0),
  z.looseObject({
    base: z.number().min(0),
    tiers: z.array(z.looseObject({ start: z.number().min(0), price: z.number().min(0) })),
  }),
]);
const prices = z.record(z.string().max(64), price.optional());
const constraint = z.union([
  z.looseObject({ type: z.literal("start_date"), start_date: z.iso.date() }),
  z.looseObject({
    type: z.literal("time_of_date"),
    start_time: z.string().regex(/^\d\d:\d\d/),
    end_time: z.string().regex(/^\d\d:\d\d/),
  }),
]);

/** The data file of genai-prices, of which only this is read. */
const provider = z.looseObject({
  id: lineInput(64).min(1),
  name: lineInput(128),
  pricing_urls: z.array(z.url().max(512)).max(20).optional(),
  models: z
    .array(
      z.looseObject({
        id: lineInput(256).min(1),
        name: lineInput(256).optional(),
        context_window: z.number().int().positive().optional(),
        prices: z.union([prices, z.array(z.looseObject({ constraint: constraint.optional(), prices }))]),
      }),
    )
    .max(20_000),
});

export const syncOfficialBody = z.strictObject({
  providers: z
    .array(provider)
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "of an uploaded data file; default: the data of the installed package" }),
  date: z.iso.date().optional().meta({ description: "of the uploaded file; default: today" }),
});

export type OfficialFinding = z.infer<typeof officialFinding>;
export type OfficialSyncAnswer = z.infer<typeof officialSyncAnswer>;
export type SyncOfficial = z.infer<typeof syncOfficialBody>;
