import type { UpstreamRequest } from "./provider.ts";
import type { Simulation } from "./simulation.ts";

/** It is made on the event loop: of a long query and of long documents the beginning counts. */
const MOST_WORDS = 32;
const READ_CHARACTERS = 1_000;

/**
 * The answer to a call for a ranking: a document scores by how many of the query's words it has, its place decides between
 * equals. With `return_documents` they come with it.
 */
export function asRanking({ body, model }: UpstreamRequest, simulation: Simulation): object {
  const { query, documents, top_n: most, return_documents: wantsThem } = bodyOf(body);
  const words = wordsIn(query).slice(0, MOST_WORDS);
  const ranked = (Array.isArray(documents) ? documents : [])
    .map((document: unknown, index) => {
      const text = textOf(document);
      const own = new Set(wordsIn(text.slice(0, READ_CHARACTERS)));
      const found = words.filter((word) => own.has(word)).length;
      const score = { index, relevance_score: words.length === 0 ? 0 : found / words.length };
      return wantsThem === true ? { ...score, document: { text } } : score;
    })
    .sort((left, right) => right.relevance_score - left.relevance_score || left.index - right.index);
  const results = typeof most === "number" ? ranked.slice(0, most) : ranked;
  return { id: simulation.id, model, results, ...usageOf(simulation) };
}

function bodyOf(body: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(body).toString("utf8"));
}

const textOf = (document: unknown): string =>
  String(typeof document === "object" && document !== null && "text" in document ? document.text : document);

const wordsIn = (text: unknown): string[] =>
  String(text)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** What went in, unless it is not to be said. */
function usageOf({ fault, usage }: Simulation): object {
  const said = "prompt_tokens" in usage ? usage.prompt_tokens : 0;
  return fault === "no-usage" ? {} : { usage: { prompt_tokens: said, total_tokens: said } };
}
