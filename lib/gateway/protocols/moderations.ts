import { noUsage, type Usage } from "#lib/pricing/usage";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import type { PromptParts } from "../estimate-prompt.ts";
import { replaceMembers } from "../json-scan.ts";
import { type Call, isAbsent, isObject, type Protocol, readObject } from "./call.ts";
import { asObject, inputTokens } from "./openai-usage.ts";
import { meantInModerations, unsoldIn } from "./passed.ts";

/** What OpenAI's clients mean when they name no model. */
const USUAL_MODEL = "omni-moderation-latest";
const MOST_INPUTS = 2_048;
/** Most upstreams say nothing of what they read, and most prices are 0: nobody shall have us count tokens for ever. */
const MOST_CHARACTERS = 1_000_000;
const BYTES_PER_TOKEN = 3;
const TOKENS_PER_IMAGE = 1_500;

/** /v1/moderations. Only what goes in is billed, where a model has a price other than 0. */
export const moderations: Protocol = {
  upstreamPath: "/moderations",
  kind: "moderation",
  read: readModerationCall,
  upstreamBody({ bytes, scan, model, isUsualModel }, upstreamModel) {
    const isSaid = upstreamModel === model && isUsualModel !== true;
    return isSaid ? bytes : replaceMembers(bytes, scan, { model: upstreamModel });
  },
  readAnswer({ results, usage }) {
    const isAny = Array.isArray(results) && results.some(isJudged);
    return isAny ? { usage: usageOf(usage), texts: () => [] } : undefined;
  },
};

function readModerationCall(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInModerations);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const { model, input } = body;
  if (!isAbsent(model) && (typeof model !== "string" || model === ""))
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  const prompt = partsOf(input);
  if (prompt === undefined) return refuse("invalid_request", NEEDS_INPUT, "input");
  if (prompt.texts.reduce((sum, text) => sum + text.length, 0) > MOST_CHARACTERS)
    return refuse("invalid_request", TOO_LONG, "input");
  if (!isAbsent(body.stream) && body.stream !== false)
    return refuse("unsupported_field", "stream: moderations are answered whole, leave it out.", "stream");
  const unsold = unsoldIn(body);
  if (unsold !== undefined) return unsold;
  const call: Call = {
    protocol: moderations,
    model: typeof model === "string" ? model : USUAL_MODEL,
    stream: false,
    maxOutputTokens: 0,
    choices: 1,
    images: 0,
    calls: 1,
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt,
    bytes,
    scan,
  };
  if (typeof model !== "string") call.isUsualModel = true;
  return call;
}

const NEEDS_INPUT = `input: a text, or a list of 1 to ${MOST_INPUTS} texts, or of parts (text, image_url) is expected.`;
const TOO_LONG = `input: at most ${MOST_CHARACTERS} characters are taken in one call, send them in parts.`;

/** What is to be judged: texts, or the parts of one; undefined: neither. */
function partsOf(input: unknown): PromptParts | undefined {
  const inputs = Array.isArray(input) ? input : [input];
  if (inputs.length === 0 || inputs.length > MOST_INPUTS) return undefined;
  const ofTexts = typeof inputs[0] === "string";
  const parts: PromptParts = { texts: [], textBytes: 0, otherTokens: 0 };
  for (const one of inputs) {
    if ((typeof one === "string") !== ofTexts) return undefined;
    const text = typeof one === "string" ? one : textOfPart(one);
    if (text !== undefined) {
      parts.texts.push(text);
      // Each begins a token of its own.
      parts.textBytes += Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN) * BYTES_PER_TOKEN;
    } else if (isImage(one)) parts.otherTokens += TOKENS_PER_IMAGE;
    else return undefined;
  }
  return parts;
}

function textOfPart(part: unknown): string | undefined {
  return isObject(part) && part.type === "text" && typeof part.text === "string" ? part.text : undefined;
}

function isImage(part: unknown): boolean {
  if (!isObject(part) || part.type !== "image_url" || !isObject(part.image_url)) return false;
  return typeof part.image_url.url === "string" && part.image_url.url !== "";
}

const isJudged = (item: unknown) => typeof asObject(item)?.flagged === "boolean";

function usageOf(raw: unknown): Usage | undefined {
  const promptTokens = inputTokens(raw);
  return promptTokens === 0 ? undefined : { ...noUsage, promptTokens, calls: 1 };
}
