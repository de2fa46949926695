import type { Usage } from "#lib/pricing/usage";
import { isRefusal, type Refusal } from "../errors.ts";
import { type Call, isAbsent, isWhole, type Protocol, readObject } from "./call.ts";
import { embeddings, MOST_DIMENSIONS, partsOf } from "./embeddings.ts";
import { camel } from "./gemini-request.ts";
import { asObject } from "./openai-usage.ts";
import { listAt, malformed, objectAt, onlyKnown, textAt, translated, unsupported } from "./translation.ts";

/** Google takes no more in one call either. */
const MOST_REQUESTS = 100;
const KNOWN = new Set(["model", "content", "taskType", "outputDimensionality"]);
const KNOWN_CONTENT = new Set(["role", "parts"]);
const TASKS: ReadonlySet<unknown> = new Set([
  ...["TASK_TYPE_UNSPECIFIED", "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY"],
  ...["CLASSIFICATION", "CLUSTERING", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY"],
]);

type Json = Readonly<Record<string, unknown>>;
type Asked = { text: string; dimensions: number | undefined };

/**
 * /v1beta/models/{model}:embedContent and :batchEmbedContents (`isBatch`), asked of upstreams as OpenAI's embeddings. Those know no
 * kinds of tasks: which one is meant is taken as the hint that it is, and goes no further.
 */
export function geminiEmbeddings(model: string, isBatch: boolean): Protocol {
  const protocol: Protocol = {
    upstreamPath: embeddings.upstreamPath,
    kind: "embedding",
    read: (bytes) => readCall(protocol, bytes, model, isBatch),
    upstreamBody: (call, upstreamModel) =>
      Buffer.from(JSON.stringify({ model: upstreamModel, ...call.translated })),
    readAnswer(body, call, bytes) {
      const count = Array.isArray(call.translated?.input) ? call.translated.input.length : 0;
      return vectorsOf(body, count) === undefined ? undefined : embeddings.readAnswer(body, call, bytes);
    },
    translation: {
      whole: (body, usage) => told(vectorsOf(body) ?? [], usage, isBatch),
      stream() {
        throw new Error("vectors are answered whole");
      },
    },
  };
  return protocol;
}

function readCall(protocol: Protocol, bytes: Uint8Array, model: string, isBatch: boolean): Call | Refusal {
  const read = readObject(bytes);
  if (isRefusal(read)) return read;
  return translated(() => {
    const asked = isBatch ? batchOf(read.body, model) : [askedOf(read.body, model, "")];
    const [first] = asked;
    if (asked.some(({ dimensions }) => dimensions !== first?.dimensions))
      unsupported("requests.outputDimensionality", "ask for one length in all");
    const input = asked.map(({ text }) => text);
    return {
      protocol,
      model,
      stream: false,
      maxOutputTokens: 0,
      choices: 1,
      images: 0,
      wantsUsage: false,
      streamOptions: {},
      cacheKey: undefined,
      prompt: partsOf(input) ?? malformed("content", "a text is expected"),
      bytes,
      scan: read.scan,
      translated: { input, ...(first?.dimensions === undefined ? {} : { dimensions: first.dimensions }) },
    };
  });
}

function batchOf(body: Json, model: string): Asked[] {
  onlyKnown(body, new Set(["requests"]));
  const requests = listAt(body.requests, "requests");
  if (requests.length === 0 || requests.length > MOST_REQUESTS)
    malformed("requests", `a list of 1 to ${MOST_REQUESTS} requests is expected`);
  return requests.map((one, index) => {
    const at = `requests[${index}]`;
    return askedOf(objectAt(one, at), model, `${at}.`);
  });
}

/** `at`: where the request stands, for what is said of its members. */
function askedOf(raw: Json, model: string, at: string): Asked {
  const request = camel(raw);
  onlyKnown(request, KNOWN, at.slice(0, -1));
  const { model: named, taskType, outputDimensionality: length } = request;
  if (!isAbsent(named) && named !== model && named !== `models/${model}`)
    malformed(`${at}model`, "the model of the path is expected");
  if (!isAbsent(taskType) && !TASKS.has(taskType)) unsupported(`${at}taskType`);
  if (!isAbsent(length) && !isWhole(length, 1, MOST_DIMENSIONS))
    malformed(`${at}outputDimensionality`, "a whole number of at least 1 is expected");
  const content = objectAt(request.content, `${at}content`);
  onlyKnown(content, KNOWN_CONTENT, `${at}content`);
  const texts = listAt(content.parts, `${at}content.parts`).map((part, index) => {
    const { text, ...others } = objectAt(part, `${at}content.parts[${index}]`);
    onlyKnown(others, new Set(), `${at}content.parts[${index}]`);
    return textAt(text, `${at}content.parts[${index}].text`);
  });
  const text = texts.join("\n");
  if (text === "") malformed(`${at}content.parts`, "a text is expected, not empty");
  return { text, dimensions: typeof length === "number" ? length : undefined };
}

/** The vectors of an answer in the order of what they are of; undefined: there are not `count` of them. */
function vectorsOf({ data }: Json, count?: number): readonly unknown[] | undefined {
  if (!Array.isArray(data) || (count !== undefined && data.length !== count)) return undefined;
  const vectors: unknown[] = [];
  for (const [place, item] of data.entries()) {
    const { embedding, index = place } = asObject(item) ?? {};
    if (!Array.isArray(embedding) || embedding.length === 0 || !isWhole(index, 0, data.length - 1))
      return undefined;
    if (vectors[Number(index)] !== undefined) return undefined;
    vectors[Number(index)] = embedding;
  }
  return vectors;
}

function told(vectors: readonly unknown[], { promptTokens }: Usage, isBatch: boolean): object {
  const made = vectors.map((values) => ({ values }));
  const usageMetadata = { promptTokenCount: promptTokens, totalTokenCount: promptTokens };
  return { ...(isBatch ? { embeddings: made } : { embedding: made[0] }), usageMetadata };
}
