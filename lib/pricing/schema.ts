import { z } from "zod";
import { type Fraction, formatFraction, parseFraction } from "#lib/core/fraction";
import { conditionsOf } from "./conditions.ts";
import { minuteOfDay, timeOfDay } from "./display.ts";
import { type PriceComponents, type PriceUnit, priceUnits, type TokenUnit, tokenUnits } from "./units.ts";

/** A price or multiplier as text: "150", "0.075" or "25/3"; never negative. */
export const fractionSchema = z
  .string()
  .max(64)
  .transform((text, context): Fraction => {
    const fraction = readFraction(text);
    if (fraction !== undefined && fraction.num >= 0n) return fraction;
    context.addIssue({ code: "custom", message: "must be a decimal or a fraction, 0 or more", input: text });
    return z.NEVER;
  });

const tierSchema = z.object({
  above: z.number().int().min(1),
  factors: z.partialRecord(z.enum(tokenUnits as [TokenUnit, ...TokenUnit[]]), fractionSchema),
});
const timeSchema = z.string().transform((text, context) => {
  const minute = minuteOfDay(text);
  if (minute !== undefined) return minute;
  context.addIssue({ code: "custom", message: "must be a half hour of the day", input: text });
  return z.NEVER;
});
const hoursSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  factors: z.partialRecord(z.enum(priceUnits), fractionSchema),
});
const imageSchema = z.object({
  size: z.string().nullable(),
  quality: z.string().nullable(),
  factor: fractionSchema,
});

/**
 * Prices as they are stored: `{"input":"150","cacheRead":"75/2"}`, nano-USD per unit, unknown units refused; with
 * `"tiers":[{"above":200000,"factors":{"input":"2"}}]` where long prompts cost more, `"hours":[{"from":"16:30",
 * "to":"00:30","factors":{"input":"1/2"}}]` where some hours cost another price, and `"images":[{"size":"1024x1792",
 * "quality":"hd","factor":"3"}]` where images cost it by size or quality.
 */
export const priceComponentsSchema = z.preprocess(
  (json) =>
    typeof json === "object" && json !== null && !Array.isArray(json) ? apart(json) : { units: null },
  z
    .object({
      units: z.partialRecord(z.enum(priceUnits), fractionSchema),
      tiers: z.array(tierSchema).optional(),
      hours: z.array(hoursSchema).optional(),
      images: z.array(imageSchema).optional(),
    })
    .transform(
      ({ units, tiers, hours, images }): PriceComponents => ({
        ...units,
        ...(tiers === undefined ? {} : { tiers }),
        ...(hours === undefined ? {} : { hours }),
        ...(images === undefined ? {} : { images }),
      }),
    ),
);

function apart({ tiers, hours, images, ...units }: { tiers?: unknown; hours?: unknown; images?: unknown }) {
  return { units, tiers, hours, images };
}

/** Reads stored prices; throws a ZodError that names the wrong unit or figure. */
export function parseComponents(json: unknown): PriceComponents {
  return priceComponentsSchema.parse(json);
}

/** The stored form of prices, units always in the same order; `parseComponents` reads it back exactly. */
export function formatComponents(components: PriceComponents): StoredComponents {
  const { tiers, hours, images } = conditionsOf(components);
  return {
    ...formatUnits(components),
    ...(tiers && { tiers: tiers.map(({ above, factors }) => ({ above, factors: formatUnits(factors) })) }),
    ...(hours && {
      hours: hours.map(({ from, to, factors }) => ({
        from: timeOfDay(from),
        to: timeOfDay(to),
        factors: formatUnits(factors),
      })),
    }),
    ...(images && {
      images: images.map(({ size, quality, factor }) => ({ size, quality, factor: formatFraction(factor) })),
    }),
  };
}

type StoredCondition = Record<string, string | number | null | Record<string, string>>;
type StoredComponents = Record<string, string | StoredCondition[]>;

function formatUnits(prices: Partial<Record<PriceUnit, Fraction>>): Record<string, string> {
  return Object.fromEntries(
    priceUnits.flatMap((unit) => {
      const price = prices[unit];
      return price === undefined ? [] : [[unit, formatFraction(price)]];
    }),
  );
}

function readFraction(text: string): Fraction | undefined {
  try {
    return parseFraction(text);
  } catch {
    return undefined;
  }
}
