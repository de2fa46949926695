import type { Attempt } from "#lib/logs/row";
import type { Usage } from "#lib/pricing/usage";
import { UpstreamFailure, type UpstreamResponse } from "#lib/providers/provider";
import type { ChannelEntry } from "#lib/snapshot/entries";
import type { Admitted } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";
import { type Fault, faultOfClass, faultOfStatus } from "./faults.ts";
import { StreamMeter } from "./meter.ts";
import { type ChatCall, upstreamChatBody } from "./protocols/chat.ts";
import { asObject, generatedTexts, readOpenAiUsage } from "./protocols/openai-usage.ts";
import { type SseEvent, splitEvents } from "./sse.ts";
import { timeoutsOf } from "./timeouts.ts";
import { Watch } from "./watch.ts";

const MAX_ATTEMPTS = 8;
const MAX_ANSWER_BYTES = 64 << 20;
const MAX_ERROR_BYTES = 64 << 10;

export type JsonAnswer = { kind: "json"; bytes: Uint8Array; usage: Usage | undefined; texts: string[] };
export type StreamAnswer = {
  kind: "stream";
  first: SseEvent;
  events: AsyncGenerator<SseEvent>;
  meter: StreamMeter;
  watch: Watch;
  idleMs: number;
};
export type Answered = {
  answer: JsonAnswer | StreamAnswer;
  channel: ChannelEntry;
  upstreamModel: string;
  attempts: Attempt[];
  /** Time that the gateway spent waiting for upstreams, ms. */
  upstreamMs: number;
};
export type Failed = {
  refusal: Refusal;
  attempts: Attempt[];
  upstreamMs: number;
  channel: ChannelEntry | undefined;
};

/**
 * Sends the call to one channel after the other until one answers. A stream counts as answered with its first event:
 * before that nothing has reached the client and another channel may still be tried.
 */
export async function relay(
  admitted: Admitted,
  channels: readonly ChannelEntry[],
  deps: GatewayDeps,
): Promise<Answered | Failed> {
  const attempts: Attempt[] = [];
  let upstreamMs = 0;
  let refusal = refuse("no_channel_available");
  const candidates = channels.slice(0, MAX_ATTEMPTS);
  for (const [index, channel] of candidates.entries()) {
    const startedMs = deps.clock.monotonicMs();
    const result = await attempt(admitted, channel, index === candidates.length - 1, deps);
    const durationMs = deps.clock.monotonicMs() - startedMs;
    upstreamMs += durationMs;
    const times = { startMs: Math.round(startedMs - admitted.startedMs), durationMs: Math.round(durationMs) };
    if ("answer" in result) {
      attempts.push({ channelId: channel.id, status: result.status, errorClass: null, ...times });
      const upstreamModel = channel.models.get(admitted.call.model) ?? admitted.call.model;
      return { answer: result.answer, channel, upstreamModel, attempts, upstreamMs };
    }
    const { fault, status } = result;
    attempts.push({ channelId: channel.id, status, errorClass: fault.errorClass, ...times });
    refusal = fault.refusal;
    if (!fault.tryNext) return { refusal, attempts, upstreamMs, channel };
  }
  return { refusal, attempts, upstreamMs, channel: candidates.at(-1) };
}

type Tried = { status: number; answer: JsonAnswer | StreamAnswer } | { status: number | null; fault: Fault };

/** `channel` may be a copy that says otherwise about `injectUsage`. */
async function attempt(
  admitted: Admitted,
  channel: ChannelEntry,
  last: boolean,
  deps: GatewayDeps,
): Promise<Tried> {
  const { call, model } = admitted;
  const timeouts = timeoutsOf(channel, model?.reasoning ?? false);
  const watch = new Watch({ client_abort: admitted.signal, shutdown: deps.cutOff }, timeouts.totalMs);
  let status: number | null = null;
  try {
    if (call.stream && !last) watch.arm("first_token_timeout", timeouts.firstTokenMs);
    else watch.arm("headers_timeout", timeouts.headersMs);
    const response = await send(admitted, channel, watch, timeouts.connectMs, deps);
    status = response.status;
    if (status < 200 || status > 299) {
      const body = Buffer.from(await readAll(response.body, MAX_ERROR_BYTES, true)).toString("utf8");
      watch.close();
      if (isAboutOurOwnAsking(status, body, call, channel)) {
        return await attempt(admitted, { ...channel, injectUsage: false }, last, deps);
      }
      return { status, fault: faultOfStatus(status, response.contentType, body) };
    }
    if (call.stream) return { status, answer: await openStream(response, watch, timeouts.idleMs, deps) };
    watch.arm("idle_timeout", timeouts.idleMs);
    const answer = readJson(await readAll(response.body, MAX_ANSWER_BYTES, false));
    watch.close();
    return { status, answer };
  } catch (error) {
    const errorClass =
      watch.reason ?? (error instanceof UpstreamFailure ? error.errorClass : "connection_lost");
    watch.end(errorClass);
    if (!(error instanceof UpstreamFailure) && watch.reason === "connection_lost" && !isNetworkError(error))
      throw error;
    return { status, fault: faultOfClass(errorClass) };
  }
}

/** Upstream does not know the `stream_options` that we, not the client, put in: it is asked again without. */
function isAboutOurOwnAsking(status: number, body: string, call: ChatCall, channel: ChannelEntry): boolean {
  const asked = call.stream && channel.injectUsage && !call.scan.members.has("stream_options");
  return asked && (status === 400 || status === 422) && body.includes("stream_options");
}

function send(
  { call, headers }: Admitted,
  channel: ChannelEntry,
  watch: Watch,
  connectTimeoutMs: number,
  { providers }: GatewayDeps,
): Promise<UpstreamResponse> {
  const provider = providers[channel.provider];
  if (provider === undefined) throw new UpstreamFailure("unknown_provider");
  const upstreamModel = channel.models.get(call.model) ?? call.model;
  const { wantsHeaders } = provider;
  return provider.send(channel, {
    path: "/chat/completions",
    model: upstreamModel,
    body: upstreamChatBody(call, upstreamModel, channel.injectUsage),
    stream: call.stream,
    headers:
      wantsHeaders === undefined
        ? {}
        : Object.fromEntries([...headers].filter(([name]) => name.startsWith(wantsHeaders))),
    connectTimeoutMs,
    signal: watch.signal,
  });
}

/** Waits for the first event that says something: comments before it commit to nothing. */
async function openStream(
  response: UpstreamResponse,
  watch: Watch,
  idleMs: number,
  deps: GatewayDeps,
): Promise<StreamAnswer> {
  if (/json|html/.test(response.contentType)) throw new UpstreamFailure("malformed");
  const meter = new StreamMeter(deps.countTokens);
  const events = splitEvents(response.body);
  for (;;) {
    const { value: first, done } = await events.next();
    if (done === true) throw new UpstreamFailure("empty");
    const kind = meter.read(first.data);
    if (kind === "comment") continue;
    if (kind === "done") throw new UpstreamFailure("empty");
    if (kind === "error" || kind === "malformed")
      throw new UpstreamFailure(kind === "error" ? "error_event" : kind);
    watch.disarm();
    return { kind: "stream", first, events, meter, watch, idleMs };
  }
}

function readJson(bytes: Uint8Array): JsonAnswer {
  if (bytes.byteLength === 0) throw new UpstreamFailure("empty");
  const body = asObject(parse(bytes));
  if (body === undefined || (body.error !== undefined && body.error !== null))
    throw new UpstreamFailure("malformed");
  if (!Array.isArray(body.choices) || body.choices.length === 0) throw new UpstreamFailure("empty");
  return {
    kind: "json",
    bytes,
    usage: readOpenAiUsage(body.usage),
    texts: body.choices.flatMap(generatedTexts),
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    throw new UpstreamFailure("malformed");
  }
}

/** `cut`: what lies beyond the limit is left unread instead of being a failure. */
async function readAll(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  cut: boolean,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > maxBytes && !cut) throw new UpstreamFailure("too_large");
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Errors of sockets and aborts carry a code or a name; anything else is a fault of ours. */
function isNetworkError(error: unknown): boolean {
  return error instanceof Error && ("code" in error || error.name === "AbortError");
}
