import { z } from "zod";
import { compareFractions, type Fraction, multiplyFractions } from "#lib/core/fraction";
import { type CatalogueModel, modelKinds, syncPolicyOf } from "./catalogue.ts";
import { readImages, toImagePrices } from "./condition-text.ts";
import { parseCsv } from "./csv.ts";
import { fractionSchema } from "./schema.ts";
import { isPieceUnit, type PriceComponents, type PriceUnit, priceUnits } from "./units.ts";

const flag = z.enum(["yes", "no", ""]).transform((text) => text === "yes");
const count = z
  .string()
  .regex(/^[1-9]\d*$/)
  .transform(Number);

const rowSchema = z.object({
  id: z.string().min(1).max(128),
  vendor: z.string().min(1),
  name: z.string().min(1),
  kind: z.enum(modelKinds),
  isReasoning: flag.optional(),
  contextWindow: z.union([z.literal(""), count]).optional(),
  maxOutputTokens: z.union([z.literal(""), count]).optional(),
  tiered: flag.optional(),
  source: z.string().min(1),
  date: z.iso.date(),
  example: flag,
});

const columns = {
  required: ["id", "vendor", "name", "kind", "source", "date", "example"],
  optional: [...priceUnits, "isReasoning", "contextWindow", "maxOutputTokens", "tiered", "images"],
};

/**
 * Reads one table of prisma/prices: a model a line, prices in USD per 1M for tokens and per piece otherwise,
 * blank where the model is not sold so. Throws an Error that names the file, the line and what is wrong;
 * a line without any price is wrong.
 */
export function readPriceTable(file: { name: string; text: string }): CatalogueModel[] {
  try {
    return parseCsv(file.text, columns).map(({ line, fields }) => readRow(line, fields));
  } catch (error) {
    throw new Error(`${file.name}, ${error instanceof Error ? error.message : "unreadable"}`);
  }
}

function readRow(line: number, fields: Readonly<Record<string, string>>): CatalogueModel {
  const row = rowSchema.safeParse(fields);
  if (!row.success) throw new Error(`line ${line}: ${z.prettifyError(row.error)}`);
  const { id, vendor, name, kind, source, date, example, contextWindow, maxOutputTokens } = row.data;
  return {
    id,
    vendor,
    displayName: name,
    kind,
    ...(contextWindow ? { contextWindow } : {}),
    ...(maxOutputTokens ? { maxOutputTokens } : {}),
    reasoning: row.data.isReasoning ?? false,
    syncPolicy: syncPolicyOf({ vendor, example }),
    components: readPrices(line, fields),
    tiered: row.data.tiered ?? false,
    source,
    sourceDate: date,
    example,
  };
}

function readPrices(line: number, fields: Readonly<Record<string, string>>): PriceComponents {
  const components: PriceComponents = {};
  for (const unit of priceUnits) {
    const text = fields[unit] ?? "";
    if (text === "") continue;
    const usd = fractionSchema.safeParse(text);
    if (!usd.success) throw new Error(`line ${line}: ${unit} ${z.prettifyError(usd.error)}`);
    components[unit] = multiplyFractions(usd.data, nanoUsdFactor(unit));
  }
  if (Object.keys(components).length === 0) throw new Error(`line ${line}: no price`);
  return withImages(line, components, fields.images ?? "");
}

/** "1024x1024 standard 0.04; 1024x1024 hd 0.08": the first is what `image` says, the price of the model's default. */
function withImages(line: number, components: PriceComponents, text: string): PriceComponents {
  if (text === "") return components;
  const read = readImages(text);
  const images = read && toImagePrices(read);
  const [usual] = read ?? [];
  if (images === undefined || usual === undefined) throw new Error(`line ${line}: images ${text}`);
  const ofUsual = multiplyFractions(usual.price, nanoUsdFactor("image"));
  if (components.image === undefined || compareFractions(components.image, ofUsual) !== 0)
    throw new Error(`line ${line}: image is not the price of the first of images`);
  return { ...components, images };
}

/** USD per 1M tokens is 1,000 nano-USD per token; USD per piece is 1e9 nano-USD per piece. */
function nanoUsdFactor(unit: PriceUnit): Fraction {
  return { num: isPieceUnit(unit) ? 1_000_000_000n : 1_000n, den: 1n };
}
