import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { promptParts } from "../estimate-prompt.ts";
import { type Call, isObject, type Protocol, readObject } from "./call.ts";

/** A request in OpenAI's chat, made of one in another protocol. */
export type TranslatedRequest = {
  model: string;
  stream: boolean;
  maxOutputTokens: number | null;
  choices: number;
  /** The chat body without model, stream and the output's limit. */
  chat: Record<string, unknown>;
};

/** A request that another protocol's upstream cannot be asked. Thrown and caught within a reading. */
class Untranslatable extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** A member's name is the caller's own text: of a long one the answer has the beginning. */
const MOST_NAMED = 128;

/** `expected`: what should stand there, as "a text is expected". */
export function malformed(param: string, expected: string): never {
  const name = param.slice(0, MOST_NAMED);
  throw new Untranslatable(refuse("invalid_request", `${name}: ${expected}.`, name));
}

/** What cannot be kept is refused: a call must not do less than it asks for and say nothing of it. */
export function unsupported(param: string, instead = "leave it out"): never {
  const name = param.slice(0, MOST_NAMED);
  throw new Untranslatable(refuse("unsupported_field", `${name}: not supported here, ${instead}.`, name));
}

/** Reads a body whose call goes upstream in OpenAI's chat. The body is parsed once. */
export function translatedCall(
  protocol: Protocol,
  bytes: Uint8Array,
  translate: (body: Record<string, unknown>) => TranslatedRequest,
): Call | Refusal {
  const read = readObject(bytes);
  if (isRefusal(read)) return read;
  return translated(() => {
    const { chat, ...request } = translate(read.body);
    return {
      protocol,
      ...request,
      images: 0,
      wantsUsage: false,
      streamOptions: {},
      cacheKey: undefined,
      prompt: promptParts(chat),
      bytes,
      scan: read.scan,
      translated: chat,
    };
  });
}

/** What a translation makes of a request, or why it cannot. */
export function translated(make: () => Call): Call | Refusal {
  try {
    return make();
  } catch (error) {
    if (error instanceof Untranslatable) return error.refusal;
    throw error;
  }
}

/** The chat body of a translated call for an upstream. */
export function translatedBody(call: Call, upstreamModel: string, injectUsage: boolean): Uint8Array {
  const { translated, stream, maxOutputTokens, choices } = call;
  const limit = maxOutputTokens === null ? {} : { [limitNameOf(upstreamModel)]: maxOutputTokens / choices };
  const streaming = stream
    ? { stream: true, ...(injectUsage ? { stream_options: { include_usage: true } } : {}) }
    : {};
  return Buffer.from(JSON.stringify({ model: upstreamModel, ...translated, ...limit, ...streaming }));
}

/** OpenAI's models that think take the output's limit under its newer name only; other vendors know the older one. */
function limitNameOf(upstreamModel: string): string {
  const name = upstreamModel.slice(upstreamModel.lastIndexOf("/") + 1);
  return /^(?:o\d|gpt-[5-9])/.test(name) ? "max_completion_tokens" : "max_tokens";
}

/** Members that the protocol has and a call may not: what is not named in `known` is refused. */
export function onlyKnown(
  object: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  at = "",
): void {
  for (const [name, value] of Object.entries(object))
    if (!known.has(name) && value !== undefined && value !== null)
      unsupported(at === "" ? name : `${at}.${name}`);
}

/** Throws Untranslatable, a 400 `invalid_request` that names `param`, for anything but an object; for null too. */
export function objectAt(value: unknown, param: string): Record<string, unknown> {
  return isObject(value) ? value : malformed(param, "an object is expected");
}

/** Throws as objectAt does; an empty text is one. */
export function textAt(value: unknown, param: string): string {
  return typeof value === "string" ? value : malformed(param, "a text is expected");
}

/** Throws as objectAt does; what stands in the list is for the caller to check. */
export function listAt(value: unknown, param: string): unknown[] {
  return Array.isArray(value) ? value : malformed(param, "a list is expected");
}

/** A number, or undefined where none stands. */
export function numberAt(value: unknown, param: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" && Number.isFinite(value)
    ? value
    : malformed(param, "a number is expected");
}

/** The arguments of a tool's call, which upstream writes as a text. */
export function argumentsOf(text: unknown): Record<string, unknown> {
  if (typeof text !== "string" || text === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : { value: parsed };
  } catch {
    return { text };
  }
}

/** Members without those that are undefined, so that an upstream sees only what was asked. */
export function given(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
