import { noUsage, type Usage } from "#lib/pricing/usage";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import type { PromptParts } from "../estimate-prompt.ts";
import { type Call, isAbsent, isObject, isWhole, type Protocol, readObject, renamedBody } from "./call.ts";
import { asObject, inputTokens } from "./openai-usage.ts";
import { meantInRerank, unsoldIn } from "./passed.ts";

const MOST_DOCUMENTS = 10_000;
/** What vendors who sell searches count as one; more of them are several. */
const DOCUMENTS_OF_A_SEARCH = 100;
const BYTES_PER_TOKEN = 3;
/** What stands around a query and a document where both are read as one text. */
const TOKENS_PER_PAIR = 4;
/** With `return_documents` an answer is as large as the request: of a large one only the figures are parsed. */
const LARGE_BYTES = 1 << 20;
/** What stands before a ranking, and behind it. */
const FRAME_BYTES = 4_096;

/** /v1/rerank, as Cohere and Jina speak it. Only what goes in is billed, or the call. */
export const rerank: Protocol = {
  upstreamPath: "/rerank",
  kind: "rerank",
  read: readRerankCall,
  upstreamBody: renamedBody,
  readAnswer({ results, data, usage, meta }) {
    // Voyage says `data`.
    const ranked = results ?? data;
    const isAny = Array.isArray(ranked) && ranked.some(isRanked);
    return isAny ? { usage: usageOf(usage, meta), texts: () => [] } : undefined;
  },
  readLarge,
};

function readRerankCall(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInRerank);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const { model, query, documents, top_n: most } = body;
  if (typeof model !== "string" || model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  if (typeof query !== "string" || query === "")
    return refuse("invalid_request", "query: a text is expected, not empty.", "query");
  const texts = textsOf(documents);
  if (texts === undefined) return refuse("invalid_request", NEEDS_DOCUMENTS, "documents");
  if (!isAbsent(most) && !isWhole(most, 1, Number.MAX_SAFE_INTEGER))
    return refuse("invalid_request", "top_n: a whole number of at least 1 is expected.", "top_n");
  if (!isAbsent(body.stream) && body.stream !== false)
    return refuse("unsupported_field", "stream: rankings are answered whole, leave it out.", "stream");
  const unsold = unsoldIn(body);
  if (unsold !== undefined) return unsold;
  return {
    protocol: rerank,
    model,
    stream: false,
    maxOutputTokens: 0,
    choices: 1,
    images: 0,
    calls: Math.ceil(texts.length / DOCUMENTS_OF_A_SEARCH),
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt: partsOf([query, ...instructionsIn(body)], texts),
    bytes,
    scan,
  };
}

const NEEDS_DOCUMENTS = `documents: a list of 1 to ${MOST_DOCUMENTS} texts is expected, or of objects that have a text each.`;

/** What is read of each document; undefined: they are none. Members beside `text` are read by upstreams that rank by fields. */
function textsOf(documents: unknown): string[] | undefined {
  if (!Array.isArray(documents) || documents.length === 0 || documents.length > MOST_DOCUMENTS)
    return undefined;
  const texts: string[] = [];
  for (const document of documents) {
    if (typeof document === "string") texts.push(document);
    else if (isObject(document) && typeof document.text === "string") {
      const { text, ...more } = document;
      texts.push(Object.keys(more).length === 0 ? text : `${text}\n${JSON.stringify(more)}`);
    } else return undefined;
  }
  return texts;
}

/** What some upstreams have the model read before each document. */
function instructionsIn(body: Readonly<Record<string, unknown>>): string[] {
  return [body.instruction, body.instruct].filter((text) => typeof text === "string");
}

/** Each text is counted once where upstream says nothing; held is the query with each document, as most upstreams read and bill it. */
function partsOf(query: readonly string[], documents: readonly string[]): PromptParts {
  const queryTokens = query.reduce((sum, text) => sum + tokensAtMost(text), 0);
  let tokens = 0;
  for (const text of documents) tokens += queryTokens + tokensAtMost(text) + TOKENS_PER_PAIR;
  return { texts: [...query, ...documents], textBytes: tokens * BYTES_PER_TOKEN, otherTokens: 0 };
}

const tokensAtMost = (text: string) => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

function isRanked(item: unknown): boolean {
  const { relevance_score: score, index } = asObject(item) ?? {};
  return typeof score === "number" && typeof index === "number";
}

/** Upstream's figures: OpenAI's usage, or Cohere's meta, of which the tokens billed come before the tokens read. */
function usageOf(usage: unknown, meta: unknown): Usage | undefined {
  const { tokens, billed_units: billed } = asObject(meta) ?? {};
  const promptTokens = [usage, billed, tokens].map(inputTokens).find((count) => count > 0) ?? 0;
  return promptTokens === 0 ? undefined : { ...noUsage, promptTokens, calls: 1 };
}

/**
 * The figures of a large answer, without a look into its documents: vendors have them before the ranking or behind it.
 * Undefined where they do not stand there as the answer's own, or where it does not end as a whole one does: it is parsed then.
 */
function readLarge(bytes: Uint8Array): Usage | undefined {
  if (bytes.byteLength < LARGE_BYTES) return undefined;
  const answer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = headOf(answer.toString("utf8", 0, FRAME_BYTES));
  const tail = tailOf(answer.toString("utf8", answer.byteLength - FRAME_BYTES));
  if (head === undefined || tail === undefined || !isAbsent(head.error)) return undefined;
  return usageOf(head.usage ?? tail.usage, head.meta ?? tail.meta);
}

/** What stands before the ranking. Quotes that nothing escapes are no document's: `"results":` can be nothing but a member's name. */
function headOf(text: string): Record<string, unknown> | undefined {
  const ranking = /"(?:results|data)"\s*:\s*\[\s*\{/.exec(text);
  return ranking === null ? undefined : parse(`${text.slice(0, ranking.index).replace(/,\s*$/, "")}}`);
}

/** What stands behind it. In a document's object it is not the answer's own: behind that there is a bracket too many. */
function tailOf(text: string): Record<string, unknown> | undefined {
  if (/\}\s*\]\s*\}\s*$/.test(text)) return {};
  const at = Math.max(text.lastIndexOf('"usage"'), text.lastIndexOf('"meta"'));
  return at < 0 ? undefined : parse(`{${text.slice(at)}`);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
