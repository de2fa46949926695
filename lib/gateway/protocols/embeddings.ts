import { noUsage, type Usage } from "#lib/pricing/usage";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import type { PromptParts } from "../estimate-prompt.ts";
import { type Call, isAbsent, isWhole, type Protocol, readObject, renamedBody } from "./call.ts";
import { asObject, readOpenAiUsage } from "./openai-usage.ts";
import { meantInEmbeddings, unsoldIn } from "./passed.ts";

const MOST_INPUTS = 2_048;
export const MOST_DIMENSIONS = 1_000_000;
const BYTES_PER_TOKEN = 3;
/** Vectors as decimal numbers: 64 MB of them take 150 ms to parse, in which every stream waits. */
const LARGE_BYTES = 1 << 20;
/** What stands behind the vectors of an answer, and before the first. */
const FRAME_BYTES = 4_096;

/** /v1/embeddings. Only what went in is billed: a vector is no token. */
export const embeddings: Protocol = {
  upstreamPath: "/embeddings",
  kind: "embedding",
  read: readEmbeddingsCall,
  upstreamBody: renamedBody,
  readAnswer({ data, usage }) {
    const isAny = Array.isArray(data) && data.some(isVector);
    return isAny ? { usage: usageOf(usage), texts: () => [] } : undefined;
  },
  readLarge,
};

function readEmbeddingsCall(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInEmbeddings);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const { model, input, dimensions, encoding_format: format } = body;
  if (typeof model !== "string" || model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  const prompt = partsOf(input);
  if (prompt === undefined) return refuse("invalid_request", NEEDS_INPUT, "input");
  if (!isAbsent(dimensions) && !isWhole(dimensions, 1, MOST_DIMENSIONS))
    return refuse("invalid_request", "dimensions: a whole number of at least 1 is expected.", "dimensions");
  if (!isAbsent(format) && format !== "float" && format !== "base64")
    return refuse("invalid_request", 'encoding_format: "float" or "base64" is expected.', "encoding_format");
  if (!isAbsent(body.stream) && body.stream !== false)
    return refuse("unsupported_field", "stream: embeddings are answered whole, leave it out.", "stream");
  const unsold = unsoldIn(body);
  if (unsold !== undefined) return unsold;
  return {
    protocol: embeddings,
    model,
    stream: false,
    maxOutputTokens: 0,
    choices: 1,
    images: 0,
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt,
    bytes,
    scan,
  };
}

const NEEDS_INPUT = `input: a text, a list of tokens, or a list of 1 to ${MOST_INPUTS} of them is expected, none of them empty.`;

/** What stands in an input in any of OpenAI's four forms: a text, tokens, or a list of either. */
export function inputsOf(input: unknown): readonly unknown[] {
  return Array.isArray(input) && !isTokens(input) ? input : [input];
}

/** The prompt of such an input; undefined: it is none. */
export function partsOf(input: unknown): PromptParts | undefined {
  const inputs = inputsOf(input);
  if (inputs.length === 0 || inputs.length > MOST_INPUTS) return undefined;
  const parts: PromptParts = { texts: [], textBytes: 0, otherTokens: 0 };
  for (const one of inputs) {
    if (typeof one === "string" && one !== "") {
      parts.texts.push(one);
      // Each begins a token of its own: a thousand single letters are a thousand tokens.
      parts.textBytes += Math.ceil(Buffer.byteLength(one) / BYTES_PER_TOKEN) * BYTES_PER_TOKEN;
    } else if (Array.isArray(one) && isTokens(one)) parts.otherTokens += one.length;
    else return undefined;
  }
  return parts;
}

const isTokens = (list: readonly unknown[]) =>
  list.length > 0 && list.every((token) => isWhole(token, 0, Number.MAX_SAFE_INTEGER));

function isVector(item: unknown): boolean {
  const vector = asObject(item)?.embedding;
  return (Array.isArray(vector) || typeof vector === "string") && vector.length > 0;
}

/** Upstream's figures, without what it may say of an output: there is none. */
function usageOf(raw: unknown): Usage | undefined {
  const usage = readOpenAiUsage({ ...asObject(raw), completion_tokens: 0, completion_tokens_details: null });
  if (usage === undefined || usage.promptTokens === 0) return undefined;
  return { ...noUsage, promptTokens: usage.promptTokens, cacheReadTokens: usage.cacheReadTokens, calls: 1 };
}

/**
 * The usage at the end of a large answer, without a look at its vectors. Undefined where it does not stand there as the answer's
 * own: `"usage"` in quotes can be nothing else than a whole string, and behind one inside a vector's object there is a bracket too many.
 */
function readLarge(bytes: Uint8Array): Usage | undefined {
  if (bytes.byteLength < LARGE_BYTES) return undefined;
  const answer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = answer.toString("utf8", answer.byteLength - FRAME_BYTES);
  const at = end.lastIndexOf('"usage"');
  if (at === -1 || !/^\s*\{.*"embedding"\s*:/s.test(answer.toString("latin1", 0, FRAME_BYTES)))
    return undefined;
  try {
    return usageOf(JSON.parse(`{${end.slice(at)}`).usage);
  } catch {
    return undefined;
  }
}
