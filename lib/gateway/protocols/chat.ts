import { type Refusal, refuse } from "../errors.ts";
import { type PromptParts, promptParts } from "../estimate-prompt.ts";
import { type JsonScan, replaceMembers, scanJsonObject } from "../json-scan.ts";

const MAX_DEPTH = 64;
const MAX_CHOICES = 128;
const DECODER = new TextDecoder("utf-8", { fatal: true });

/** A chat call as the gateway needs it; the body itself passes through as it came. */
export type ChatCall = {
  model: string;
  stream: boolean;
  /** Output tokens that the request allows over all its choices; null when it names no limit. */
  maxOutputTokens: number | null;
  choices: number;
  /** The client asked for the usage chunk at the end of a stream. */
  wantsUsage: boolean;
  streamOptions: object;
  /** Calls that share it had better share a channel, whose provider keeps their prompt's beginning. */
  cacheKey: string | undefined;
  prompt: PromptParts;
  bytes: Uint8Array;
  scan: JsonScan & { ok: true };
};

/** Reads a /v1/chat/completions body. Only what routing, money and streaming need is looked at. */
export function readChatCall(bytes: Uint8Array): ChatCall | Refusal {
  const scan = scanJsonObject(bytes, MAX_DEPTH);
  if (!scan.ok) return refuse("invalid_request", scan.problem);
  const body = parse(bytes);
  if (body === undefined) return refuse("invalid_request", "The body is not valid JSON.");
  const problem = findProblem(body);
  if (problem !== undefined) return refuse("invalid_request", problem.message, problem.param);
  const choices = typeof body.n === "number" ? body.n : 1;
  const limit = body.max_completion_tokens ?? body.max_tokens;
  const streamOptions = isObject(body.stream_options) ? body.stream_options : {};
  return {
    model: String(body.model),
    stream: body.stream === true,
    maxOutputTokens: typeof limit === "number" ? limit * choices : null,
    choices,
    wantsUsage: "include_usage" in streamOptions && streamOptions.include_usage === true,
    streamOptions,
    cacheKey: typeof body.prompt_cache_key === "string" ? body.prompt_cache_key : undefined,
    prompt: promptParts(body),
    bytes,
    scan,
  };
}

/** The body for upstream: its own model name, usage asked for if wanted, every other byte as the client sent it. */
export function upstreamChatBody(call: ChatCall, upstreamModel: string, injectUsage: boolean): Uint8Array {
  const values: Record<string, unknown> = {};
  if (upstreamModel !== call.model) values.model = upstreamModel;
  if (call.stream && injectUsage && !call.wantsUsage) {
    values.stream_options = { ...call.streamOptions, include_usage: true };
  }
  return Object.keys(values).length === 0 ? call.bytes : replaceMembers(call.bytes, call.scan, values);
}

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(DECODER.decode(bytes));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function findProblem(body: Record<string, unknown>): { message: string; param: string } | undefined {
  if (typeof body.model !== "string" || body.model === "")
    return { message: "model: a model's name is expected.", param: "model" };
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    return { message: "messages: a list of at least one message is expected.", param: "messages" };
  }
  if (!body.messages.every(isObject))
    return { message: "messages: every message is an object.", param: "messages" };
  if (!isAbsent(body.stream) && typeof body.stream !== "boolean") {
    return { message: "stream: true or false is expected.", param: "stream" };
  }
  if (!isAbsent(body.stream_options) && !isObject(body.stream_options)) {
    return { message: "stream_options: an object is expected.", param: "stream_options" };
  }
  for (const param of ["max_tokens", "max_completion_tokens"]) {
    if (!isAbsent(body[param]) && !isWhole(body[param], 1, 100_000_000)) {
      return { message: `${param}: a whole number of at least 1 is expected.`, param };
    }
  }
  if (!isAbsent(body.n) && !isWhole(body.n, 1, MAX_CHOICES)) {
    return { message: `n: a whole number from 1 to ${MAX_CHOICES} is expected.`, param: "n" };
  }
  return undefined;
}

const isAbsent = (value: unknown) => value === undefined || value === null;

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
