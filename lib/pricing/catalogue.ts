import type { PriceComponents } from "./units.ts";

export const modelKinds = [
  "chat",
  "embedding",
  "rerank",
  "moderation",
  "image",
  "audio",
  "video",
  "task",
] as const;

export type ModelKind = (typeof modelKinds)[number];

/** Whether a model's price follows the official one by itself, or an operator sets it. */
export type SyncPolicy = "official" | "manual";

export type CatalogueModel = {
  readonly id: string;
  /** Who sells it under this id at this price: its maker, or a reseller for ids that only a reseller has. */
  readonly vendor: string;
  readonly displayName: string;
  readonly kind: ModelKind;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** Thinks before its first token, so a stream's first token may take long. */
  readonly reasoning: boolean;
  readonly syncPolicy: SyncPolicy;
  readonly components: PriceComponents;
  /** The vendor has dearer tiers (long prompts, hours, sizes) than the price here, which is its base tier. */
  readonly tiered: boolean;
  /** Address of the vendor's price list, or the list's name. */
  readonly source: string;
  /** ISO date on which the price was read there. */
  readonly sourceDate: string;
  /** A figure made up so that the model can be tried; no public price is known. */
  readonly example: boolean;
};

/**
 * One catalogue out of several lists, sorted by id. Of models with the same id the first list's stands, and
 * within a list the first; so hand-kept tables go before the package's data.
 */
export function mergeCatalogue(lists: readonly (readonly CatalogueModel[])[]): CatalogueModel[] {
  const byId = new Map<string, CatalogueModel>();
  for (const model of lists.flat()) if (!byId.has(model.id)) byId.set(model.id, model);
  return [...byId.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** GPT's maker is synchronised with its official prices; every other vendor's prices are the operator's. */
export function syncPolicyOf(model: { vendor: string; example: boolean }): SyncPolicy {
  return model.vendor === "openai" && !model.example ? "official" : "manual";
}
