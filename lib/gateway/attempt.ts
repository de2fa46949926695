import type { Usage } from "#lib/pricing/usage";
import { type UpstreamBody, UpstreamFailure, type UpstreamResponse } from "#lib/providers/provider";
import type { Choice } from "#lib/routing/route";
import type { Admitted } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { isFaultClass } from "./fault-table.ts";
import { type Fault, faultOfClass, faultOfErrorBody, faultOfStatus } from "./faults.ts";
import { StreamMeter } from "./meter.ts";
import type { Call } from "./protocols/call.ts";
import { asObject } from "./protocols/openai-usage.ts";
import { type SseEvent, SseEvents } from "./sse.ts";
import type { AttemptTimeouts } from "./timeouts.ts";
import type { Watch } from "./watch.ts";

const MAX_ANSWER_BYTES = 64 << 20;
const MAX_ERROR_BYTES = 64 << 10;

export type JsonAnswer = {
  kind: "json";
  bytes: Uint8Array;
  /** What the bytes say; empty where Protocol.readLarge has read them, which no protocol with a translation has. */
  body: Readonly<Record<string, unknown>>;
  usage: Usage | undefined;
  /** What it has generated: to count, where upstream says nothing of usage. */
  texts: () => string[];
};
export type StreamAnswer = {
  kind: "stream";
  first: SseEvent;
  events: SseEvents;
  meter: StreamMeter;
  watch: Watch;
  idleMs: number;
};

export type Tried =
  | { status: number; answer: JsonAnswer | StreamAnswer }
  | { status: number | null; fault: Fault };

/** What one attempt is made of besides the call: where it goes, and how long it may take. */
export type AttemptPlan = {
  choice: Pick<Choice, "channel" | "credential">;
  timeouts: AttemptTimeouts;
  /** Monotonic: the end of the whole call. */
  deadlineMs: number;
  /** No other candidate is left: a stream's first event may take as long as an answer's headers. */
  isLast: boolean;
};

/** What upstream is asked, and who may call it off. */
export type Asked = Pick<Admitted, "call" | "signal" | "headers">;

/** What an attempt needs from outside. */
export type AttemptDeps = Pick<GatewayDeps, "providers" | "watches" | "now" | "countTokens">;

/** A failure that has been told apart already. */
class KnownFault extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.errorClass);
    this.fault = fault;
  }
}

/**
 * Sends the call to one channel. A stream counts as answered with its first event: before that nothing has reached the
 * client and another channel may still be tried.
 */
export function attempt(admitted: Asked, plan: AttemptPlan, deps: AttemptDeps): Promise<Tried> {
  return tryOnce(admitted, plan, plan.choice.channel.injectUsage, deps);
}

async function tryOnce(
  admitted: Asked,
  plan: AttemptPlan,
  injectUsage: boolean,
  deps: AttemptDeps,
): Promise<Tried> {
  const { call } = admitted;
  const { timeouts, isLast } = plan;
  const watch = deps.watches.open(admitted.signal, plan.deadlineMs);
  let status: number | null = null;
  try {
    if (call.stream && !isLast) watch.arm("first_token_timeout", timeouts.firstTokenMs);
    else watch.arm("headers_timeout", timeouts.headersMs);
    const response = await send(admitted, plan, injectUsage, watch, deps);
    status = response.status;
    if (status < 200 || status > 299) {
      const text = await readText(response.body);
      watch.close();
      if (isAboutOurOwnAsking(status, text, call, injectUsage)) {
        return await tryOnce(admitted, plan, false, deps);
      }
      return {
        status,
        fault: isPathMissing(status, call)
          ? faultOfClass("path_missing")
          : faultOfStatus(status, response, text, deps.now()),
      };
    }
    if (call.stream)
      return { status, answer: await openStream(response, watch, timeouts.idleMs, call, deps) };
    if (response.contentType.includes("html")) throw new UpstreamFailure("html_answer");
    watch.arm("idle_timeout", timeouts.idleMs);
    const reading = readAll(response.body, MAX_ANSWER_BYTES);
    const answer = readJson(reading instanceof Promise ? await reading : reading, call);
    watch.close();
    return { status, answer };
  } catch (error) {
    const fault = faultOf(error, watch, status !== null);
    watch.end(fault.errorClass);
    return { status, fault };
  }
}

/** Throws what is no fault of an upstream. */
function faultOf(error: unknown, watch: Watch, hadHeaders: boolean): Fault {
  if (watch.reason !== undefined) return faultOfClass(watch.reason);
  if (error instanceof KnownFault) return error.fault;
  if (!(error instanceof UpstreamFailure)) throw error;
  const { errorClass } = error;
  if (hadHeaders && errorClass === "connection_lost") return faultOfClass("truncated");
  return faultOfClass(isFaultClass(errorClass) ? errorClass : "connection_lost");
}

/** Few upstreams have tasks. What one says so by is what others say of an unknown model: of these calls it is not told apart. */
function isPathMissing(status: number, { videos }: Call): boolean {
  return videos !== undefined && (status === 404 || status === 405 || status === 501);
}

/** Upstream does not know the `stream_options` that we, not the client, put in: it is asked again without. */
function isAboutOurOwnAsking(status: number, body: string, call: Call, injectUsage: boolean): boolean {
  const asked = call.stream && injectUsage && !call.scan.members.has("stream_options");
  return asked && (status === 400 || status === 422) && body.includes("stream_options");
}

function send(
  { call, headers }: Asked,
  { choice, timeouts }: AttemptPlan,
  injectUsage: boolean,
  watch: Watch,
  { providers }: AttemptDeps,
): Promise<UpstreamResponse> {
  const { channel, credential } = choice;
  const provider = providers[channel.provider];
  if (provider === undefined) throw new UpstreamFailure("unknown_provider");
  const upstreamModel = channel.models.get(call.model) ?? call.model;
  const { wantsHeaders } = provider;
  return provider.send(channel, {
    path: call.protocol.upstreamPath,
    model: upstreamModel,
    body: call.protocol.upstreamBody(call, upstreamModel, injectUsage),
    stream: call.stream,
    secret: credential.secret,
    headers:
      wantsHeaders === undefined
        ? NO_HEADERS
        : Object.fromEntries([...headers].filter(([name]) => name.startsWith(wantsHeaders))),
    connectTimeoutMs: timeouts.connectMs,
    ending: watch,
  });
}

const NO_HEADERS = {};

/** Waits for the first event that says something: comments before it commit to nothing. */
async function openStream(
  response: UpstreamResponse,
  watch: Watch,
  idleMs: number,
  { protocol }: Call,
  deps: AttemptDeps,
): Promise<StreamAnswer> {
  if (response.contentType.includes("html")) throw new UpstreamFailure("html_answer");
  if (response.contentType.includes("json")) {
    const body = asObject(tryParse(await readText(response.body)));
    throw new KnownFault(faultOfErrorBody(body, "malformed"));
  }
  const meter = new StreamMeter(deps.countTokens, protocol.translation !== undefined);
  const events = new SseEvents(response.body);
  for (;;) {
    const first = await events.next();
    if (first === undefined) throw new UpstreamFailure("empty");
    const kind = meter.readEvent(first);
    if (kind === "comment") continue;
    if (kind === "done") throw new UpstreamFailure("empty");
    if (kind === "malformed") throw new UpstreamFailure("malformed");
    if (kind === "error") throw new KnownFault(faultOfErrorBody(tryParse(first.data ?? ""), "error_event"));
    watch.disarm();
    return { kind: "stream", first, events, meter, watch, idleMs };
  }
}

function readJson(bytes: Uint8Array, call: Call): JsonAnswer {
  if (bytes.byteLength === 0) throw new UpstreamFailure("empty");
  const large = call.protocol.readLarge?.(bytes);
  if (large !== undefined) return { kind: "json", bytes, body: {}, usage: large, texts: () => [] };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const body = asObject(tryParse(text));
  if (body === undefined) throw new UpstreamFailure(/^\s*</.test(text) ? "html_answer" : "malformed");
  if (body.error !== undefined && body.error !== null) {
    throw new KnownFault(faultOfErrorBody(body, "malformed"));
  }
  const answer = call.protocol.readAnswer(body, call);
  if (answer === undefined) throw new UpstreamFailure("empty");
  const { usage, texts } = answer;
  return { kind: "json", bytes, body, usage, texts };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** At once where all of it has come together with its headers, as most answers do. */
export function readAll(source: UpstreamBody, maxBytes: number): Uint8Array | Promise<Uint8Array> {
  return source.bytes === undefined ? collect(source, maxBytes) : source.bytes(maxBytes);
}

async function collect(source: UpstreamBody, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new UpstreamFailure("too_large");
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** The beginning of an error's body; what lies beyond is left unread. One that breaks off says what it has said. */
export async function readText(source: UpstreamBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > MAX_ERROR_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof UpstreamFailure)) throw error;
  }
  return Buffer.concat(chunks).toString("utf8");
}
