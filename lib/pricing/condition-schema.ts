import { z } from "zod";
import { parseFraction } from "#lib/core/fraction";
import { lineInput } from "#lib/core/shapes";
import { minuteOfDay } from "./display.ts";
import { areApart, slotsPerDay } from "./hours.ts";
import { areDistinct } from "./image-prices.ts";
import { contextSteps } from "./tiers.ts";
import { priceUnits, type TokenUnit, tokenUnits } from "./units.ts";

export const tierAnswer = z
  .object({ above: z.number().int(), factors: z.record(z.string(), z.string()) })
  .meta({ description: "of calls with more prompt tokens: factors of the model's own prices" });

export const hoursAnswer = z
  .object({ from: z.string(), to: z.string(), factors: z.record(z.string(), z.string()) })
  .meta({
    description: "of calls admitted from then until before then, UTC: factors of the model's own prices",
  });

export const imagePriceAnswer = z
  .object({ size: z.string().nullable(), quality: z.string().nullable(), price: z.string() })
  .meta({ description: "USD per image of this size and quality; the first is the model's default" });

/** What a price depends on besides the unit. */
export const conditionsAnswer = {
  tiers: z.array(tierAnswer),
  hours: z.array(hoursAnswer),
  images: z.array(imagePriceAnswer),
};

/** A price or multiplier in a body: "0.15", "25/3", or a number, read by its decimal literal. Never negative. */
export const figureInput = z
  .union([z.string().max(64), z.number()], { error: "a number such as 0.15 or 25/3 is expected" })
  .transform((value) => String(value).trim())
  .refine(isFigure, "a number such as 0.15 or 25/3 is expected, 0 or more");

const tierInput = z.strictObject({
  above: z.literal([...contextSteps]).meta({ description: "prompt tokens; a call with more pays this tier" }),
  factors: z.partialRecord(z.enum(tokenUnits as [TokenUnit, ...TokenUnit[]]), figureInput),
});
const timeInputText = z
  .string()
  .refine((text) => minuteOfDay(text) !== undefined, "a half hour of the day is expected, such as 16:30");
const hoursInput = z.strictObject({
  from: timeInputText,
  to: timeInputText,
  factors: z.partialRecord(z.enum(priceUnits), figureInput),
});
const imagePriceInput = z.strictObject({
  size: lineInput(16)
    .regex(/^\d{1,5}x\d{1,5}$/, "a size such as 1024x1792 is expected")
    .nullable()
    .default(null),
  quality: lineInput(32)
    .regex(/^[a-z][a-z0-9_-]*$/, "a quality such as hd is expected")
    .nullable()
    .default(null),
  price: figureInput,
});

/** The same as they are asked for; what is not named stays. */
export const conditionFields = {
  tiers: z.array(tierInput).max(contextSteps.length).optional().meta({
    description: "prices of calls with long prompts, as factors of the model's own; [] takes them away",
  }),
  hours: z
    .array(hoursInput)
    .max(slotsPerDay)
    .refine(
      (hours) =>
        areApart(hours.map(({ from, to }) => ({ from: minuteOfDay(from) ?? 0, to: minuteOfDay(to) ?? 0 }))),
      "hours may not overlap, nor end when they begin",
    )
    .optional()
    .meta({
      description:
        "prices of calls by the UTC half hour that they are admitted in, as factors of the model's own; [] takes them away",
      examples: [[{ from: "16:30", to: "00:30", factors: { input: "1/2", output: "1/2" } }]],
    }),
  images: z
    .array(imagePriceInput)
    .max(64)
    .refine(areDistinct, "each has a size or none has, quality alike, and none is named twice")
    .refine(([usual]) => usual === undefined || parseFraction(usual.price).num > 0n, "the first is 0")
    .optional()
    .meta({
      description:
        "USD per image by size and quality; the first is the model's default and becomes the price per image; [] takes them away",
      examples: [[{ size: "1024x1024", quality: "standard", price: "0.04" }]],
    }),
};

function isFigure(text: string): boolean {
  try {
    return parseFraction(text).num >= 0n;
  } catch {
    return false;
  }
}
