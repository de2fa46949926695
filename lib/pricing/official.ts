import type { ModelInfo, ModelPrice, Provider } from "@pydantic/genai-prices";
import {
  compareFractions,
  divideFractions,
  type Fraction,
  fractionFromNumber,
  multiplyFractions,
  one,
} from "#lib/core/fraction";
import { type CatalogueModel, syncPolicyOf } from "./catalogue.ts";
import { conditionsOf } from "./conditions.ts";
import { isReasoning, kindOf } from "./model-traits.ts";
import { type HourlyPrices, pricesInForce } from "./official-hours.ts";
import { ratioOf } from "./state.ts";
import {
  isPieceUnit,
  type PriceComponents,
  type PriceHours,
  type PriceTier,
  type PriceUnit,
  priceUnits,
  type TokenUnit,
} from "./units.ts";
import { vendorRank } from "./vendors.ts";

/** What is read of a price list: the package's own, or an uploaded data file's. */
type ListedModel = Pick<ModelInfo, "id" | "name" | "context_window" | "prices">;
export type ListedProvider = Pick<Provider, "id" | "name" | "pricing_urls"> & {
  models: readonly ListedModel[];
};

/** The day on which the release of @pydantic/genai-prices that package.json pins was published. */
export const officialPricesDate = "2026-09-23";

/** What a key of the price list means here: the unit, and nano-USD per unit for $1 of the list's price. */
const conversions: Record<string, { unit: PriceUnit; factor: Fraction }> = {
  input_mtok: { unit: "input", factor: { num: 1000n, den: 1n } },
  output_mtok: { unit: "output", factor: { num: 1000n, den: 1n } },
  cache_read_mtok: { unit: "cacheRead", factor: { num: 1000n, den: 1n } },
  cache_write_mtok: { unit: "cacheWrite5m", factor: { num: 1000n, den: 1n } },
  cache_write_1h_mtok: { unit: "cacheWrite1h", factor: { num: 1000n, den: 1n } },
  input_image_mtok: { unit: "imageInput", factor: { num: 1000n, den: 1n } },
  output_image_mtok: { unit: "imageOutput", factor: { num: 1000n, den: 1n } },
  input_audio_mtok: { unit: "audioInput", factor: { num: 1000n, den: 1n } },
  output_audio_mtok: { unit: "audioOutput", factor: { num: 1000n, den: 1n } },
  output_reasoning_mtok: { unit: "reasoning", factor: { num: 1000n, den: 1n } },
  requests_kcount: { unit: "call", factor: { num: 1_000_000n, den: 1n } },
  audio_hours: { unit: "audioSecond", factor: { num: 2_500_000n, den: 9n } },
};

/** Sold by pages, messages or video tokens, which no unit here measures: such a model would be billed wrong. */
const unmeasured = ["input_document_kpages", "input_text_messages_kcount", "output_video_mtok"];

/** Ids that stand for a family of names ("ft:gpt-4o", "….ft-") are no models that one can call. */
const familyIds = /^ft:|-$/;

/**
 * The vendors' official prices as catalogue models, makers before resellers, so that the first of an id is
 * the maker's own. Prices are those in force on `asOf` (ISO date), with tiers by length and hours of the day. Models without a price, or sold by what cannot be measured here, are left out.
 */
export function officialModels(
  providers: readonly ListedProvider[],
  asOf: string,
  sourceDate = officialPricesDate,
): CatalogueModel[] {
  return [...providers]
    .sort((left, right) => vendorRank(left.id) - vendorRank(right.id) || (left.id < right.id ? -1 : 1))
    .flatMap((provider) =>
      provider.models.flatMap((model) => toModel(provider, model, { asOf, sourceDate })),
    );
}

function toModel(
  provider: ListedProvider,
  model: ListedModel,
  { asOf, sourceDate }: { asOf: string; sourceDate: string },
): CatalogueModel[] {
  const { prices, hours } = pricesInForce(model.prices, asOf);
  const components = withHours(toComponents(prices), hours);
  const isUnmeasured = unmeasured.some((key) => prices[key] !== undefined);
  if (Object.keys(components).length === 0 || isUnmeasured || familyIds.test(model.id)) return [];
  const kind = kindOf(model.id, components);
  return [
    {
      id: model.id,
      vendor: provider.id,
      displayName: model.name ?? model.id,
      kind,
      ...(model.context_window === undefined ? {} : { contextWindow: model.context_window }),
      reasoning: isReasoning(model.id, kind),
      syncPolicy: syncPolicyOf({ vendor: provider.id, example: false }),
      components,
      tiered: hours.length > 0 || Object.values(prices).some((price) => typeof price === "object"),
      source: provider.pricing_urls?.[0] ?? provider.name,
      sourceDate,
      example: false,
    },
  ];
}

function withHours(components: PriceComponents, hourly: readonly HourlyPrices[]): PriceComponents {
  const hours = hourly.map(({ from, to, prices }): PriceHours => {
    const own = toComponents(prices);
    const factors = priceUnits.flatMap((unit) => {
      const factor = ratioOf(components[unit], own[unit]);
      return factor === undefined || compareFractions(factor, one) === 0 ? [] : [[unit, factor]];
    });
    return { from, to, factors: Object.fromEntries(factors) };
  });
  return { ...components, ...conditionsOf({ ...components, hours }) };
}

function toComponents(prices: ModelPrice): PriceComponents {
  const components: PriceComponents = {};
  for (const [key, { unit, factor }] of Object.entries(conversions)) {
    const price = prices[key];
    if (price === undefined) continue;
    const usd = typeof price === "object" ? price.base : price;
    components[unit] = multiplyFractions(fractionFromNumber(usd), factor);
  }
  const tiers = toTiers(prices);
  return tiers.length === 0 ? components : { ...components, tiers };
}

/** Where the list has steps by length of the prompt, as factors of the base price. */
function toTiers(prices: ModelPrice): PriceTier[] {
  const byStep = new Map<number, Partial<Record<TokenUnit, Fraction>>>();
  for (const [key, { unit }] of Object.entries(conversions)) {
    const price = prices[key];
    if (typeof price !== "object" || isPieceUnit(unit) || price.base === 0) continue;
    for (const { start, price: usd } of price.tiers) {
      const factors = byStep.get(start) ?? {};
      factors[unit] = divideFractions(fractionFromNumber(usd), fractionFromNumber(price.base));
      byStep.set(start, factors);
    }
  }
  return [...byStep].sort(([left], [right]) => left - right).map(([above, factors]) => ({ above, factors }));
}
