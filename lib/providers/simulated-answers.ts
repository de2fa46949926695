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

const CATEGORIES = ["harassment", "hate", "illicit", "self-harm", "sexual", "violence"];

/** The answer to a call for a moderation: flagged is what has the name of a category in it. The parts of a list are one input. */
export function asModeration({ body, model }: UpstreamRequest, { id }: Simulation): object {
  const { input } = bodyOf(body);
  const ofTexts = Array.isArray(input) && typeof input[0] === "string";
  const results = (ofTexts ? input : [input]).map((one: unknown) => {
    const text = JSON.stringify(one).toLowerCase();
    const found = CATEGORIES.map((name) => [name, text.includes(name)] as const);
    return {
      flagged: found.some(([, isFound]) => isFound),
      categories: Object.fromEntries(found),
      category_scores: Object.fromEntries(found.map(([name, isFound]) => [name, isFound ? 0.99 : 0.01])),
    };
  });
  return { id: id.replace("chatcmpl", "modr"), model, results };
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
