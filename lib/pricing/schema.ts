import { z } from "zod";
import { type Fraction, formatFraction, parseFraction } from "#lib/core/fraction";
import { type PriceComponents, priceUnits } from "./units.ts";

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

/** Prices as they are stored: `{"input":"150","cacheRead":"75/2"}`, nano-USD per unit, unknown units refused. */
export const priceComponentsSchema = z
  .partialRecord(z.enum(priceUnits), fractionSchema)
  .transform((components): PriceComponents => components);

/** Reads stored prices; throws a ZodError that names the wrong unit or figure. */
export function parseComponents(json: unknown): PriceComponents {
  return priceComponentsSchema.parse(json);
}

/** The stored form of prices, units always in the same order; `parseComponents` reads it back exactly. */
export function formatComponents(components: PriceComponents): Record<string, string> {
  return Object.fromEntries(
    priceUnits.flatMap((unit) => {
      const price = components[unit];
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
