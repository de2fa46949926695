import type { ImageAsked } from "#lib/pricing/image-prices";
import type { Usage } from "#lib/pricing/usage";
import { type Refusal, refuse } from "../errors.ts";
import type { PromptParts } from "../estimate-prompt.ts";
import { type JsonScan, scanJsonObject } from "../json-scan.ts";

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
  ): { usage: Usage | undefined; texts: string[] } | undefined;
};

/** A call as the gateway needs it; the body itself passes through as it came. */
export type Call = {
  protocol: Protocol;
  model: string;
  stream: boolean;
  /** Output tokens that the request allows over all its choices; null when it names no limit. */
  maxOutputTokens: number | null;
  choices: number;
  /** Images that it asks for; 0: it is not about images. */
  images: number;
  /** Of which size and quality, where the request says so. */
  image?: ImageAsked;
  /** The client asked for the usage chunk at the end of a stream. */
  wantsUsage: boolean;
  streamOptions: object;
  /** Calls that share it had better share a channel, whose provider keeps their prompt's beginning. */
  cacheKey: string | undefined;
  prompt: PromptParts;
  bytes: Uint8Array;
  scan: JsonScan & { ok: true };
};

const MAX_DEPTH = 64;
const DECODER = new TextDecoder("utf-8", { fatal: true });

/** A body as an object, with where its members lie; or why it cannot be taken. */
export function readObject(
  bytes: Uint8Array,
): { scan: JsonScan & { ok: true }; body: Record<string, unknown> } | Refusal {
  const scan = scanJsonObject(bytes, MAX_DEPTH);
  if (!scan.ok) return refuse("invalid_request", scan.problem);
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

export const isAbsent = (value: unknown) => value === undefined || value === null;

export function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
