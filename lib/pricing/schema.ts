import { z } from "zod";
import { type Fraction, formatFraction, parseFraction } from "#lib/core/fraction";
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

/**
 * Prices as they are stored: `{"input":"150","cacheRead":"75/2"}`, nano-USD per unit, unknown units refused; with
 * `"tiers":[{"above":200000,"factors":{"input":"2"}}]` where long prompts cost more.
 */
export const priceComponentsSchema = z.preprocess(
  (json) =>
    typeof json === "object" && json !== null && !Array.isArray(json) ? apart(json) : { units: null },
  z
    .object({
      units: z.partialRecord(z.enum(priceUnits), fractionSchema),
      tiers: z.array(tierSchema).optional(),
    })
    .transform(({ units, tiers }): PriceComponents => (tiers === undefined ? units : { ...units, tiers })),
);

function apart({ tiers, ...units }: { tiers?: unknown }) {
  return tiers === undefined ? { units } : { units, tiers };
}

/** Reads stored prices; throws a ZodError that names the wrong unit or figure. */
export function parseComponents(json: unknown): PriceComponents {
  return priceComponentsSchema.parse(json);
}

/** The stored form of prices, units always in the same order; `parseComponents` reads it back exactly. */
export function formatComponents(components: PriceComponents): StoredComponents {
  const units = formatUnits(components);
  if (components.tiers === undefined || components.tiers.length === 0) return units;
  return {
    ...units,
    tiers: components.tiers.map(({ above, factors }) => ({ above, factors: formatUnits(factors) })),
  };
}

type StoredComponents = Record<string, string | { above: number; factors: Record<string, string> }[]>;

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
