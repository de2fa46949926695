import { createHash } from "node:crypto";
import type { UpstreamRequest } from "./provider.ts";

/** What a simulated call answers. */
export type Simulation = {
  id: string;
  created: number;
  model: string;
  stream: boolean;
  includeUsage: boolean;
  completionTokens: number;
  finishReason: "stop" | "length";
  usage: object;
  latencyMs: number;
  chunks: number;
  chunkMs: number;
  fault: string;
};

const DEFAULT_COMPLETION_TOKENS = 24;
const MAX_TOKENS = 10_000_000;
const MOST_IMAGES = 1_000;
const DEFAULT_DIMENSIONS = 8;
const MOST_DIMENSIONS = 4_096;
/** Of all vectors of an answer: it is made on the event loop. */
const MOST_NUMBERS = 200_000;
/** A PNG of one transparent pixel. */
export const DOT =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "again"];

/**
 * Reads what to simulate: headers first, then the model's name (`…-500`, `…-cut-late`: any suffix that is a fault),
 * then the request's own limits. Prompt tokens default to a quarter of the characters of what goes in.
 */
export function simulationOf(
  { body, headers, model, stream, contentType }: UpstreamRequest,
  { id, nowMs }: { id: string; nowMs: number },
): Simulation {
  const request = contentType === undefined ? JSON.parse(Buffer.from(body).toString("utf8")) : {};
  const limit =
    request.max_completion_tokens ?? request.max_tokens ?? request.max_output_tokens ?? MAX_TOKENS;
  const wanted = header(headers, "completion-tokens") ?? Math.min(limit, DEFAULT_COMPLETION_TOKENS);
  const completionTokens = Math.min(limit, wanted);
  const promptTokens =
    header(headers, "prompt-tokens") ?? Math.max(1, Math.ceil(JSON.stringify(promptOf(request)).length / 4));
  const cached = Math.min(header(headers, "cached-tokens") ?? 0, promptTokens);
  const reasoning = Math.min(header(headers, "reasoning-tokens") ?? 0, completionTokens);
  return {
    id: `chatcmpl-sim-${id}`,
    created: Math.floor(nowMs / 1000),
    model,
    stream,
    includeUsage: request.stream_options?.include_usage === true,
    completionTokens,
    finishReason: completionTokens < wanted ? "length" : "stop",
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
      prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
    },
    latencyMs: header(headers, "latency-ms") ?? 0,
    chunks: Math.max(1, header(headers, "chunks") ?? 6),
    chunkMs: header(headers, "chunk-ms") ?? 0,
    fault: headers["x-sim-fault"] ?? faultOfModel(model),
  };
}

/** What goes in, under the name that it has at the path. */
function promptOf({ messages, input, prompt, query, documents }: Record<string, unknown>): unknown {
  return messages ?? input ?? prompt ?? (documents === undefined ? "" : [query, documents]);
}

/** The answer to a call for images: as many as were asked for (`x-sim-images` fewer or more), each one dot. */
export function asImages({ body, headers, contentType }: UpstreamRequest, nowMs: number): object {
  const text = Buffer.from(body).toString(contentType === undefined ? "utf8" : "latin1");
  const { n, response_format } = contentType === undefined ? JSON.parse(text) : formFields(text);
  const count = header(headers, "images") ?? (typeof n === "number" ? n : 1);
  const image = response_format === "url" ? { url: `data:image/png;base64,${DOT}` } : { b64_json: DOT };
  return {
    created: Math.floor(nowMs / 1000),
    data: Array.from({ length: Math.min(count, MOST_IMAGES) }, () => image),
  };
}

function formFields(text: string): { n?: number; response_format?: string } {
  const of = (name: string) => new RegExp(`name="${name}"\\r\\n\\r\\n(\\w+)`).exec(text)?.[1];
  const [n, format] = [of("n"), of("response_format")];
  return {
    ...(n === undefined ? {} : { n: Number(n) }),
    ...(format === undefined ? {} : { response_format: format }),
  };
}

/**
 * The answer to a call for embeddings: a vector per input, of the `dimensions` asked for, 8 without. Its numbers depend on the input
 * alone and its length is 1, as true ones' is.
 */
export function asEmbeddings({ body, model }: UpstreamRequest, { fault, usage }: Simulation): object {
  const { input, dimensions, encoding_format: format } = JSON.parse(Buffer.from(body).toString("utf8"));
  const isMany = Array.isArray(input) && typeof input[0] !== "number";
  const inputs: unknown[] = isMany ? input : [input];
  const wanted = typeof dimensions === "number" ? dimensions : DEFAULT_DIMENSIONS;
  const size = Math.max(1, Math.min(wanted, MOST_DIMENSIONS, Math.floor(MOST_NUMBERS / inputs.length)));
  const data = inputs.map((one, index) => {
    const vector = vectorOf(JSON.stringify(one), size);
    return {
      object: "embedding",
      index,
      embedding: format === "base64" ? Buffer.from(vector.buffer).toString("base64") : [...vector],
    };
  });
  const said = "prompt_tokens" in usage ? usage.prompt_tokens : 0;
  const figures = { prompt_tokens: said, total_tokens: said };
  return { object: "list", data, model, ...(fault === "no-usage" ? {} : { usage: figures }) };
}

function vectorOf(text: string, size: number): Float32Array {
  const digest = createHash("sha256").update(text).digest();
  const raw = Float32Array.from({ length: size }, (_, at) => (digest[at % digest.length] ?? 0) - 127.5);
  const length = Math.hypot(...raw);
  return raw.map((number) => number / length);
}

/** The events of a streamed answer, faults included: a cut stream simply ends. */
export function asStream(simulation: Simulation): string[] {
  const { fault, chunks, completionTokens } = simulation;
  if (fault === "cut-early" || fault === "empty") return [];
  if (fault === "html") return ["<html>maintenance</html>\n\n"];
  if (fault === "malformed") return ["data: {not json\n\n"];
  const pieces = Math.min(chunks, Math.max(1, completionTokens));
  const events = [chunk(simulation, { role: "assistant", content: "" }, null)];
  for (let i = 0; i < pieces; i += 1) {
    const from = Math.floor((completionTokens * i) / pieces);
    const to = Math.floor((completionTokens * (i + 1)) / pieces);
    events.push(chunk(simulation, { content: wordsOf(to - from, from) }, null));
    if (fault === "cut-late" && i >= pieces >> 1) return events;
  }
  events.push(chunk(simulation, {}, simulation.finishReason));
  if (simulation.includeUsage && fault !== "no-usage") {
    events.push(event({ ...frame(simulation), choices: [], usage: simulation.usage }));
  }
  events.push("data: [DONE]\n\n");
  return events;
}

/** As many words as tokens. */
export function wordsOf(count: number, offset: number): string {
  let text = "";
  for (let i = 0; i < count; i += 1) text += ` ${WORDS[(offset + i) % WORDS.length]}`;
  return text;
}

function chunk(simulation: Simulation, delta: object, finishReason: string | null): string {
  return event({
    ...frame(simulation),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  });
}

function frame({ id, created, model }: Simulation): object {
  return { id, object: "chat.completion.chunk", created, model };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function faultOfModel(model: string): string {
  return (
    /-((?:[45]\d\d)|refused|hang|empty|html|malformed|no-usage|cut-early|cut-late|cut)$/.exec(model)?.[1] ??
    ""
  );
}

/** A whole number from a header; anything else counts as not sent. */
export function header(headers: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = headers[`x-sim-${name}`];
  return text !== undefined && /^\d{1,8}$/.test(text) ? Math.min(Number(text), MAX_TOKENS) : undefined;
}
