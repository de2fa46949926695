import { askedImage } from "#lib/pricing/image-prices";
import { noUsage, type Usage } from "#lib/pricing/usage";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { type Call, isAbsent, isWhole, type Protocol, readObject, renamedBody } from "./call.ts";
import { asObject } from "./openai-usage.ts";
import { meantInImages, unsoldIn } from "./passed.ts";

const MAX_IMAGES = 128;
const MAX_PROMPT_CHARACTERS = 1_000_000;

/** /v1/images/generations. An answer comes whole: images that are streamed in parts are not offered. */
export const images: Protocol = {
  upstreamPath: "/images/generations",
  kind: "image",
  read: readImagesCall,
  upstreamBody: renamedBody,
  readAnswer({ data, usage }, call) {
    const came = Array.isArray(data) ? data.filter(isImage).length : 0;
    // An upstream that draws more than it was asked for does so for nothing.
    return came === 0 ? undefined : { usage: usageOf(Math.min(came, call.images), usage), texts: () => [] };
  },
};

function readImagesCall(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInImages);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const { model, prompt, n } = body;
  if (typeof model !== "string" || model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  if (typeof prompt !== "string" || prompt === "" || prompt.length > MAX_PROMPT_CHARACTERS)
    return refuse("invalid_request", "prompt: what to draw is expected, as a text.", "prompt");
  if (!isAbsent(n) && !isWhole(n, 1, MAX_IMAGES))
    return refuse("invalid_request", `n: a whole number from 1 to ${MAX_IMAGES} is expected.`, "n");
  if (!isAbsent(body.stream) && body.stream !== false)
    return refuse("unsupported_field", "stream: images are answered whole, leave it out.", "stream");
  const unsold = unsoldIn(body);
  if (unsold !== undefined) return unsold;
  return {
    protocol: images,
    model,
    stream: false,
    maxOutputTokens: null,
    choices: 1,
    images: typeof n === "number" ? n : 1,
    image: askedImage(body.size, body.quality),
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt: { texts: [prompt], textBytes: Buffer.byteLength(prompt), otherTokens: 0 },
    bytes,
    scan,
  };
}

function isImage(value: unknown): boolean {
  const { url, b64_json: written } = asObject(value) ?? {};
  return [url, written].some((part) => typeof part === "string" && part !== "");
}

/** The images that came, and the tokens that upstream says they took; what it counts as output is image. */
function usageOf(count: number, raw: unknown): Usage {
  const usage = asObject(raw);
  const details = asObject(usage?.input_tokens_details);
  const promptTokens = whole(usage?.input_tokens);
  const completionTokens = whole(usage?.output_tokens);
  return {
    ...noUsage,
    calls: 1,
    images: count,
    promptTokens,
    imageInputTokens: Math.min(whole(details?.image_tokens), promptTokens),
    completionTokens,
    imageOutputTokens: completionTokens,
  };
}

function whole(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
