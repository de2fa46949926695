import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { replaceMembers } from "../json-scan.ts";
import { type Call, isAbsent, isWhole, type Protocol, readObject } from "./call.ts";
import { formFields, isForm } from "./form-fields.ts";
import { meantInVideos, unsoldIn } from "./passed.ts";
import { upstreamIdOf } from "./tasks.ts";

const MAX_SECONDS = 120;
const MAX_PROMPT_CHARACTERS = 1_000_000;
/** OpenAI's own: sent on where the request leaves it open, so that what is billed is what is made. */
const DEFAULT_SECONDS = "4";
/** By these other makers of videos are told how many, or how long: `seconds` is what is billed. */
const OTHER_COUNTS = ["n", "n_variants", "n_seconds", "num_videos", "duration"] as const;

/** POST /v1/videos: OpenAI's, as JSON or as the form that its clients send. Upstream is sent JSON. */
export const videos: Protocol = {
  upstreamPath: "/videos",
  isOptional: true,
  read: readVideosCall,
  upstreamBody: ({ bytes, scan, videoSeconds }, upstreamModel) =>
    replaceMembers(bytes, scan, { model: upstreamModel, seconds: String(videoSeconds) }),
  readAnswer: (body) =>
    upstreamIdOf(body.id) === undefined ? undefined : { usage: undefined, texts: () => [] },
};

function readVideosCall(sent: Uint8Array): Call | Refusal {
  const bytes = isForm(sent) ? jsonOf(sent) : sent;
  if (isRefusal(bytes)) return bytes;
  const read = readObject(bytes, meantInVideos);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const { model, prompt } = body;
  if (typeof model !== "string" || model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  if (typeof prompt !== "string" || prompt === "" || prompt.length > MAX_PROMPT_CHARACTERS)
    return refuse("invalid_request", "prompt: what to show is expected, as a text.", "prompt");
  const seconds = secondsOf(body.seconds);
  if (isRefusal(seconds)) return seconds;
  const unsold = unsoldIn(body) ?? otherCount(body);
  if (unsold !== undefined) return unsold;
  return {
    protocol: videos,
    model,
    stream: false,
    maxOutputTokens: 0,
    choices: 1,
    images: 0,
    videos: 1,
    videoSeconds: seconds,
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt: { texts: [], textBytes: 0, otherTokens: 0 },
    bytes,
    scan,
  };
}

function secondsOf(said: unknown): number | Refusal {
  const text = isAbsent(said) ? DEFAULT_SECONDS : said;
  const seconds = typeof text === "string" && /^\d{1,3}$/.test(text) ? Number(text) : text;
  return isWhole(seconds, 1, MAX_SECONDS)
    ? Number(seconds)
    : refuse("invalid_request", `seconds: whole seconds from 1 to ${MAX_SECONDS} are expected.`, "seconds");
}

function otherCount(body: Readonly<Record<string, unknown>>): Refusal | undefined {
  const name = OTHER_COUNTS.find((one) => !isAbsent(body[one]));
  return name === undefined
    ? undefined
    : refuse("unsupported_field", `${name}: one video of \`seconds\` is made, leave it out.`, name);
}

/** A form's fields as JSON: texts, as OpenAI's fields of this call are. */
function jsonOf(form: Uint8Array): Uint8Array | Refusal {
  const fields = formFields(form);
  if ("problem" in fields) {
    const { problem, field } = fields;
    if (field === undefined) return refuse("invalid_request", problem);
    return refuse("unsupported_field", `${field.slice(0, 64)}: ${problem}`, field.slice(0, 64));
  }
  return Buffer.from(JSON.stringify(Object.fromEntries(fields)));
}
