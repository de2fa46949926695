import type { SyncOfficial } from "#lib/pricing/official-schema";

type Provider = NonNullable<SyncOfficial["providers"]>[number];

/**
 * Providers, models and prices out of genai-prices' data file (a list, or an object with `providers`); what else it holds
 * stays behind, for the file is larger than a request may be. undefined: it is no such file. The server checks the rest.
 */
export function readDataFile(text: string): Provider[] | undefined {
  const read = parse(text);
  const list = Array.isArray(read) ? read : (read as { providers?: unknown } | null)?.providers;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const providers = list as Partial<Provider>[];
  if (!providers.every(({ id, models }) => typeof id === "string" && Array.isArray(models))) return undefined;
  return providers.map(({ id = "", name = id, pricing_urls, models = [] }) => ({
    id,
    name,
    ...(pricing_urls === undefined ? {} : { pricing_urls }),
    models: models.map(({ id, name, context_window, prices }) => ({
      id,
      ...(name === undefined ? {} : { name }),
      ...(context_window === undefined ? {} : { context_window }),
      prices,
    })),
  }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
