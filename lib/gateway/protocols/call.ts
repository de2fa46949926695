import type { ModelKind } from "#lib/pricing/catalogue";
import type { ImageAsked } from "#lib/pricing/image-prices";
import type { Usage } from "#lib/pricing/usage";
import type { UpstreamResponse } from "#lib/providers/provider";
import { type Refusal, refuse } from "../errors.ts";
import type { PromptParts } from "../estimate-prompt.ts";
import type { Follows } from "../follows.ts";
import type { FormScan } from "../form-scan.ts";
import { type JsonScan, replaceMembers, type ScanLimits, scanJsonObject } from "../json-scan.ts";
import type { StreamMeter } from "../meter.ts";
import type { AudioAsked, Pieces } from "./audio.ts";

/** How the calls of one endpoint are read, sent on and understood. */
export type Protocol = {
  /** Where upstream answers them, below the channel's base URL. */
  upstreamPath: string;
  /** The kind of models that are made for it. A call of another kind of model says nothing of that model by failing. */
  kind?: ModelKind;
  /** Upstreams may lack the path and serve its models all the same. */
  isOptional?: true;
  /** Reads a body: only what routing, money and streaming need is looked at. `contentType` as the client named it: of forms. */
  read(bytes: Uint8Array, contentType?: string | null): Call | Refusal;
  /** The body for upstream: its own model name and what we have to ask for, every other byte as the client sent it. */
  upstreamBody(call: Call, upstreamModel: string, injectUsage: boolean): Uint8Array;
  /** What a whole answer says of itself; undefined: there is nothing in it. */
  readAnswer(
    body: Readonly<Record<string, unknown>>,
    call: Pick<Call, "images" | "audio" | "prompt" | "echoes" | "asksForNothing" | "translated">,
    bytes: Uint8Array,
  ): { usage: Usage | undefined; texts: () => string[] } | undefined;
  /** The usage of an answer that is so large that parsing all of it would hold up the others; undefined: it is parsed. */
  readLarge?(bytes: Uint8Array): Usage | undefined;
  /** Where the client speaks another protocol than the upstream, or may not see its ids; without it answers pass as they come. */
  translation?: Translation;
  /** What watches its streams, where they are not those of OpenAI's chat. It keeps each event. */
  newMeter?(countTokens: (texts: readonly string[]) => Promise<number>): StreamMeter;
  /** An error that a stream's event tells of, in the shape of a whole answer's. */
  errorOf?(event: Readonly<Record<string, unknown>>): object;
  /**
   * An answer that is passed on piece by piece; undefined, and without it: it is read whole. Throws an UpstreamFailure
   * where it is no answer of the kind.
   */
  open?(response: UpstreamResponse, call: Call): Pieces | undefined;
  /** What it is asked to answer with; without it JSON, or events where the call is a stream. */
  accept?: string;
  /** How its body is named upstream; without it, or undefined: JSON. */
  contentType?(call: Call): string | undefined;
  /** A whole answer in the form that the client asked for, where upstream was asked for another; undefined: it passes as it came. */
  tell?(
    body: Readonly<Record<string, unknown>>,
    call: Call,
  ): { contentType: string; text: string } | undefined;
};

/** How an upstream's answers are told in the client's protocol. */
export type Translation = {
  /** A whole answer, as an object for JSON or as its bytes. `usage` is what is billed. */
  whole(
    answer: Readonly<Record<string, unknown>>,
    usage: Usage,
    told: Told,
    bytes: Uint8Array,
  ): object | Uint8Array;
  stream(told: Told): StreamTranslation;
};
export type Told = {
  call: Call;
  requestId: string;
  /** The client's id of what upstream keeps; `usage`: what the call that made it has used, once that is known. */
  wrapId(upstreamId: string, usage?: Usage): string;
};
/** Holds no more of a stream than where it stands. */
export type StreamTranslation = {
  contentType: string;
  /** An event of upstream's for the client; empty: nothing of it is. `raw`: its bytes as they came. */
  event(event: Readonly<Record<string, unknown>>, raw: Uint8Array): string | Uint8Array;
  /** The stream has come to its end, with this event. */
  end(usage: Usage, event: Readonly<Record<string, unknown>>, raw: Uint8Array): string | Uint8Array;
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
  /** How many times the answer says all of the prompt again; that is no output, where we count it. */
  echoes?: number;
  /** It names a limit of 0 tokens. */
  asksForNothing?: true;
  /** The request names no model: `model` is the one that its protocol means then. */
  isUsualModel?: true;
  /** Where a price per call can be what it is billed by: how many calls it is worth at that price. */
  calls?: number;
  /** What it asks for of sound; it then counts as one audio. */
  audio?: AudioAsked;
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
  /** The response that it goes on from. */
  follows?: Follows;
  /** Of a call that came as a form: where its parts lie. */
  form?: FormScan & { ok: true };
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

/** The body as it came, but for the model's name where upstream has another one for it. */
export function renamedBody({ bytes, scan, model }: Call, upstreamModel: string): Uint8Array {
  return upstreamModel === model ? bytes : replaceMembers(bytes, scan, { model: upstreamModel });
}

/** A member that is null asks for nothing, like one that is not there. */
export const isAbsent = (value: unknown) => value === undefined || value === null;

/** A whole number from `least` to `most`, both included; a text of digits is none. */
export function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

/** A JSON object: neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
