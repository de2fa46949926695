import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { formatFraction } from "#lib/core/fraction";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { rateOf, tokenCost } from "#lib/pricing/rate";
import { noUsage, type Usage } from "#lib/pricing/usage";
import type { ChannelEntry, CredentialEntry } from "#lib/snapshot/entries";
import { attempt, type JsonAnswer, type StreamAnswer, type Tried } from "./attempt.ts";
import { countedUsage, countPromptTokens } from "./counted-usage.ts";
import type { GatewayDeps } from "./deps.ts";
import { isRefusal } from "./errors.ts";
import { silentClasses } from "./fault-table.ts";
import { type Fault, faultOfClass } from "./faults.ts";
import { type ChatCall, readChatCall } from "./protocols/chat.ts";
import { upstreamCost } from "./settle.ts";
import { type AttemptTimeouts, modalityOf, timeoutsOf } from "./timeouts.ts";

export type HouseCall = {
  channel: ChannelEntry;
  credential: CredentialEntry;
  model: string;
  stream: boolean;
  /** Marks the row: its user agent says tollgate/probe or tollgate/test. */
  mark: "probe" | "test";
};

export type HouseAnswer = { status: number | null; fault: Fault | undefined; latencyMs: number };

/** The group whose multiplier the house pays. */
const HOUSE_GROUP = "default";
const MAX_OUTPUT_TOKENS = 16;
const MOST_WAIT_MS = 20_000;

/**
 * One small call of our own through a channel, by which its state is learnt. It leaves a row like any other, marked and
 * billed to the house account.
 */
export async function houseCall(house: HouseCall, deps: GatewayDeps): Promise<HouseAnswer> {
  const { channel, credential, model } = house;
  const call = pingOf(model, house.stream);
  const startedMs = deps.clock.monotonicMs();
  const known = deps.snapshot.models.get(model);
  const timeouts = hurried(timeoutsOf(channel, modalityOf(known)));
  const lease = deps.health.begin(channel, model, credential.id);
  const choice = {
    channel,
    credential,
    credentialIndex: 0,
    reason: "probe",
    passedOver: [],
    isLast: true,
  } as const;
  const plan = { choice, timeouts, deadlineMs: startedMs + timeouts.totalMs, isLast: false };
  let tried: Tried;
  let usage: Usage | undefined;
  let firstTokenMs: number | null = null;
  try {
    tried = await attempt({ call, signal: NEVER, headers: NO_HEADERS }, plan, deps);
    if ("answer" in tried) {
      if (tried.answer.kind === "stream") firstTokenMs = deps.clock.monotonicMs() - startedMs;
      ({ tried, usage } = await readOut(call, tried.status, tried.answer, deps));
    }
  } catch (error) {
    deps.health.finish(lease, { kind: "unknown" });
    throw error;
  }
  const wholeMs = deps.clock.monotonicMs() - startedMs;
  const fault = "fault" in tried ? tried.fault : undefined;
  if (fault === undefined) {
    deps.health.finish(lease, {
      kind: "good",
      firstTokenMs,
      wholeMs: null,
      slowAfterMs: timeouts.firstTokenMs / 2,
    });
  } else if (silentClasses.has(fault.errorClass)) deps.health.finish(lease, { kind: "unknown" });
  else if (fault.scope === null) deps.health.finish(lease, { kind: "alive" });
  else deps.health.finish(lease, { kind: "fault", fault });
  const { status } = tried;
  const ended = { status, fault, usage, latencyMs: Math.round(wholeMs), firstTokenMs };
  await deps.settle({ held: false, periodStartMs: null, row: rowOf(house, ended, deps) });
  return { status, fault, latencyMs: ended.latencyMs };
}

const NEVER = new AbortController().signal;
const NO_HEADERS = new Headers();

function pingOf(model: string, stream: boolean): ChatCall {
  const body = {
    model,
    messages: [{ role: "user", content: "ping" }],
    max_tokens: MAX_OUTPUT_TOKENS,
    stream,
  };
  const call = readChatCall(Buffer.from(JSON.stringify(body)));
  if (isRefusal(call)) throw new Error(`a ping for ${model} is no chat call: ${call.message}`);
  return call;
}

/** A ping is short: what takes longer than a moment is not well. */
function hurried(timeouts: AttemptTimeouts): AttemptTimeouts {
  const atMost = (ms: number) => Math.min(ms, MOST_WAIT_MS);
  return {
    ...timeouts,
    headersMs: atMost(timeouts.headersMs),
    firstTokenMs: atMost(timeouts.firstTokenMs),
    idleMs: atMost(timeouts.idleMs),
    totalMs: atMost(timeouts.totalMs) + MOST_WAIT_MS,
  };
}

/** Reads an answer to its end: what it used, and whether it was whole. */
async function readOut(
  call: ChatCall,
  status: number,
  answer: JsonAnswer | StreamAnswer,
  deps: GatewayDeps,
): Promise<{ tried: Tried; usage: Usage }> {
  if (answer.kind === "json") {
    const usage = answer.usage ?? (await countedUsage(call, answer.texts, deps));
    return { tried: { status, answer }, usage };
  }
  const { events, meter, watch, idleMs } = answer;
  let fault: Fault | undefined;
  try {
    for (;;) {
      watch.arm("idle_timeout", idleMs);
      const event = await events.next();
      if (event.done === true) break;
      const kind = meter.read(event.value.data);
      if (kind === "done") break;
      if (kind === "error" || kind === "malformed") throw new Error(kind);
    }
    if (!meter.finished) fault = faultOfClass("stream_cut");
  } catch {
    fault = faultOfClass(watch.reason === "idle_timeout" ? "stream_stalled" : (watch.reason ?? "stream_cut"));
  }
  if (fault === undefined) watch.close();
  else watch.end(fault.errorClass);
  void events.return(undefined).catch(() => undefined);
  const { usage } = await meter.usage(() => countPromptTokens(call, deps));
  return { tried: fault === undefined ? { status, answer } : { status, fault }, usage };
}

type Ended = HouseAnswer & { usage: Usage | undefined; firstTokenMs: number | null };

function rowOf(house: HouseCall, ended: Ended, deps: GatewayDeps): RequestLogRow {
  const { channel, credential, model, mark } = house;
  const { fault, latencyMs } = ended;
  const createdAtMs = Math.round(deps.now() - latencyMs);
  const usage = ended.usage ?? noUsage;
  const firstTokenMs = ended.firstTokenMs === null ? null : Math.round(ended.firstTokenMs);
  const price = deps.snapshot.prices.resolve(model, HOUSE_GROUP, HOUSE_ACCOUNT_ID, createdAtMs);
  const rate = price && rateOf(price.components);
  return {
    ...emptyRow,
    requestId: deps.newId(createdAtMs),
    createdAtMs,
    nodeId: deps.nodeId,
    accountId: HOUSE_ACCOUNT_ID,
    groupId: HOUSE_GROUP,
    userAgent: `tollgate/${mark}`,
    protocol: "openai",
    endpoint: "/v1/chat/completions",
    model,
    upstreamModel: channel.models.get(model) ?? model,
    channelId: channel.id,
    attempts: [
      {
        channelId: channel.id,
        credential: Math.max(0, channel.credentials.indexOf(credential)),
        reason: mark,
        status: ended.status,
        errorClass: fault?.errorClass ?? null,
        startMs: 0,
        durationMs: latencyMs,
      },
    ],
    stream: house.stream,
    status: fault?.refusal.status ?? 200,
    errorCode: fault?.refusal.code ?? null,
    promptTokens: usage.promptTokens,
    completionTokens: usage.completionTokens,
    cacheReadTokens: usage.cacheReadTokens,
    reasoningTokens: usage.reasoningTokens,
    usageSource: ended.usage === undefined ? "none" : "counted",
    costNanoUsd: (rate && price && ended.usage && tokenCost(usage, rate, price.groupMultiplier)) ?? 0n,
    upstreamCostNanoUsd: upstreamCost(model, { usage: ended.usage, channel }, deps),
    priceVersionId: price?.versionId ?? null,
    modelMultiplier: rate?.modelMultiplier ?? null,
    completionMultiplier: rate?.completionMultiplier ?? null,
    groupMultiplier: price === undefined ? null : formatFraction(price.groupMultiplier),
    latencyMs,
    firstTokenMs,
  };
}
