import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { promptParts } from "../estimate-prompt.ts";
import { foldedName, replaceMembers } from "../json-scan.ts";
import { type Call, isAbsent, isObject, isWhole, type Protocol, readObject } from "./call.ts";
import { generatedTexts, isPossible, readOpenAiUsage } from "./openai-usage.ts";
import { meantInChat, unsoldIn } from "./passed.ts";

const MAX_CHOICES = 128;

/** /v1/chat/completions. */
export const chat: Protocol = {
  upstreamPath: "/chat/completions",
  read: readChatCall,
  upstreamBody: upstreamChatBody,
  readAnswer({ choices, usage }) {
    if (!Array.isArray(choices) || choices.length === 0) return undefined;
    const texts = () => choices.flatMap(generatedTexts);
    const said = readOpenAiUsage(usage);
    const hasGenerated = said?.completionTokens === 0 && texts().length > 0;
    return { usage: said !== undefined && isPossible(said, hasGenerated) ? said : undefined, texts };
  },
};

function readChatCall(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInChat);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const problem = findProblem(body);
  if (problem !== undefined) return refuse("invalid_request", problem.message, problem.param);
  const unsold = unsoldIn(body);
  if (unsold !== undefined) return unsold;
  const choices = typeof body.n === "number" ? body.n : 1;
  // Upstreams know the one or the other: what is held must do for either.
  const limit = Math.max(numberOf(body.max_completion_tokens), numberOf(body.max_tokens));
  const streamOptions = isObject(body.stream_options) ? body.stream_options : {};
  return {
    protocol: chat,
    model: String(body.model),
    stream: body.stream === true,
    maxOutputTokens: limit > 0 ? limit * choices : null,
    choices,
    images: 0,
    wantsUsage: "include_usage" in streamOptions && streamOptions.include_usage === true,
    streamOptions,
    cacheKey: typeof body.prompt_cache_key === "string" ? body.prompt_cache_key : undefined,
    prompt: promptParts(body),
    bytes,
    scan,
  };
}

/** The body as it came, but for the model's name and, in a stream, our asking for its usage. */
export function upstreamChatBody(call: Call, upstreamModel: string, injectUsage: boolean): Uint8Array {
  const values: Record<string, unknown> = {};
  if (upstreamModel !== call.model) values.model = upstreamModel;
  if (call.stream && injectUsage && !asksForUsageAlone(call)) {
    const own = Object.entries(call.streamOptions).filter(([name]) => foldedName(name) !== "include_usage");
    values.stream_options = { ...Object.fromEntries(own), include_usage: true };
  }
  return Object.keys(values).length === 0 ? call.bytes : replaceMembers(call.bytes, call.scan, values);
}

/** Whether no upstream can read anything else in it: not by a second `include_usage` behind the first. */
function asksForUsageAlone({ wantsUsage, bytes, scan }: Call): boolean {
  const at = scan.members.get("stream_options");
  if (!wantsUsage || at === undefined || at.end - at.start > 64) return false;
  const said = bytes.subarray(at.start, at.end);
  return ALONE.equals(said) || /^\{\s*"include_usage"\s*:\s*true\s*\}\s*$/.test(Buffer.from(said).toString());
}

const ALONE = Buffer.from('{"include_usage":true}');
const numberOf = (value: unknown) => (typeof value === "number" ? value : 0);

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
