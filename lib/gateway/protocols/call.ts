import type { ImageAsked } from "#lib/pricing/image-prices";
import type { Usage } from "#lib/pricing/usage";
import { type Refusal, refuse } from "../errors.ts";
import type { PromptParts } from "../estimate-prompt.ts";
import { type JsonScan, replaceMembers, type ScanLimits, scanJsonObject } from "../json-scan.ts";

/** How the calls of one endpoint are read, sent on and understood. */
export type Protocol = {
  /** Where upstream answers them, below the channel's base URL. */
  upstreamPath: string;
  /** Reads a body: only what routing, money and streaming need is looked at. */
  read(bytes: Uint8Array): Call | Refusal;
  /** The body for upstream: its own model name and what we have to ask for, every other byte as the client sent it. */
  upstreamBody(call: Call, upstreamModel: string, injectUsage: boolean): Uint8Array;
  /** What a whole answer says of itself; undefined: there is nothing in it. */
  readAnswer(
    body: Readonly<Record<string, unknown>>,
    call: Pick<Call, "images">,
  ): { usage: Usage | undefined; texts: () => string[] } | undefined;
  /** The usage of an answer that is so large that parsing all of it would hold up the others; undefined: it is parsed. */
  readLarge?(bytes: Uint8Array): Usage | undefined;
  /** Where the client speaks another protocol than the upstream; without it answers pass as they come. */
  translation?: Translation;
};

/** How an upstream's answers in OpenAI's chat are told in the client's protocol. */
export type Translation = {
  /** A whole answer, as an object for JSON. `usage` is what is billed. */
  whole(answer: Readonly<Record<string, unknown>>, usage: Usage, told: Told): object;
  stream(told: Told): StreamTranslation;
};
export type Told = { call: Call; requestId: string };
/** Holds no more of a stream than where it stands. */
export type StreamTranslation = {
  contentType: string;
  /** An event of upstream's for the client; empty: nothing of it is. */
  event(event: Readonly<Record<string, unknown>>): string;
  /** The stream has come to its end. */
  end(usage: Usage): string;
  /** It has not, and nothing follows. */
  fail(refusal: Refusal): string;
};

/** A call as the gateway needs it; the body itself passes through as it came. */
export type Call = {
  protocol: Protocol;
  model: string;
  stream: boolean;
  /** Output tokens that the request allows over all its choices; null when it names no limit, 0 where none are made. */
  maxOutputTokens: number | null;
  choices: number;
  /** Images that it asks for; 0: it is not about images. */
  images: number;
  /** Of which size and quality, where the request says so. */
  image?: ImageAsked;
  /** Videos that it asks for, and how long all of them; it is about a task that makes them. */
  videos?: number | undefined;
  videoSeconds?: number | undefined;
  /** The client asked for the usage chunk at the end of a stream. */
  wantsUsage: boolean;
  streamOptions: object;
  /** Calls that share it had better share a channel, whose provider keeps their prompt's beginning. */
  cacheKey: string | undefined;
  prompt: PromptParts;
  bytes: Uint8Array;
  scan: JsonScan & { ok: true };
  /** Of a translated call: the chat body, without model, stream and the output's limit. */
  translated?: Readonly<Record<string, unknown>>;
};

const LIMITS: ScanLimits = { depth: 64, values: 250_000 };
const NO_NAMES: ReadonlySet<string> = new Set();
const DECODER = new TextDecoder("utf-8", { fatal: true });

/**
 * A body as an object, with where its members lie; or why it cannot be taken. `meant`: members that upstream could read
 * in other letters than ours ("N" for "n", as parsers in Go do), so that it would do what we do not bill.
 */
export function readObject(
  bytes: Uint8Array,
  meant: ReadonlySet<string> = NO_NAMES,
): { scan: JsonScan & { ok: true }; body: Record<string, unknown> } | Refusal {
  const scan = scanJsonObject(bytes, LIMITS);
  if (!scan.ok) return refuse("invalid_request", scan.problem);
  for (const [name, folded] of scan.folded) {
    if (folded !== name && meant.has(folded))
      return refuse("invalid_request", `${name.slice(0, 64)}: this field is written "${folded}".`, folded);
  }
  const body = parse(bytes);
  return body === undefined ? refuse("invalid_request", "The body is not valid JSON.") : { scan, body };
}

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(DECODER.decode(bytes));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** A member that is null asks for nothing, like one that is not there. */
/** The body as it came, but for the model's name where upstream has another one for it. */
export function renamedBody({ bytes, scan, model }: Call, upstreamModel: string): Uint8Array {
  return upstreamModel === model ? bytes : replaceMembers(bytes, scan, { model: upstreamModel });
}

export const isAbsent = (value: unknown) => value === undefined || value === null;

/** A whole number from `least` to `most`, both included; a text of digits is none. */
export function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

/** A JSON object: neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
