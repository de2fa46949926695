import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { formatFraction } from "#lib/core/fraction";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { rateFor, tokenCost } from "#lib/pricing/rate";
import { noUsage, type Usage } from "#lib/pricing/usage";
import type { Outcome } from "#lib/routing/health";
import type { ChannelEntry, CredentialEntry } from "#lib/snapshot/entries";
import { attempt, type JsonAnswer, type StreamAnswer } from "./attempt.ts";
import { countedUsage, countPromptTokens } from "./counted-usage.ts";
import type { GatewayDeps } from "./deps.ts";
import { isRefusal } from "./errors.ts";
import { silentClasses } from "./fault-table.ts";
import { type Fault, faultOfClass } from "./faults.ts";
import { checkList } from "./list-check.ts";
import type { Call } from "./protocols/call.ts";
import { chat } from "./protocols/chat.ts";
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

/** `by`: what was asked for, a call of the model or only the provider's list of models. */
export type HouseAnswer = {
  status: number | null;
  fault: Fault | undefined;
  latencyMs: number;
  by: "call" | "list";
};

/** The group whose multiplier the house pays. */
const HOUSE_GROUP = "default";
const MAX_OUTPUT_TOKENS = 16;
const MOST_WAIT_MS = 20_000;

/** Chat can be asked with a handful of tokens. A picture costs what pictures cost: of those only the provider is asked. */
export function isCheapToCall(model: string, { models }: GatewayDeps["snapshot"]): boolean {
  return (models.get(model)?.kind ?? "chat") === "chat";
}

/**
 * One small call of our own through a channel, by which its state is learnt; of models that cannot be called for next to
 * nothing the provider's list instead. It leaves a row like any other, marked and billed to the house account.
 */
export async function houseCall(house: HouseCall, deps: GatewayDeps): Promise<HouseAnswer> {
  const { channel, credential, model } = house;
  const lease = deps.health.begin(channel, model, credential.id);
  const timeouts = hurried(timeoutsOf(channel, modalityOf(deps.snapshot.models.get(model))));
  const asking = isCheapToCall(model, deps.snapshot) ? ask : askForList;
  let ended: Ended;
  try {
    ended = await asking(house, timeouts, deps);
  } catch (error) {
    deps.health.finish(lease, { kind: "unknown" });
    throw error;
  }
  deps.health.finish(lease, outcomeOf(ended, timeouts));
  await deps.settle({ held: false, periodStartMs: null, row: rowOf(house, ended, deps) });
  const { status, fault, latencyMs, by } = ended;
  return { status, fault, latencyMs, by };
}

type Ended = HouseAnswer & { usage: HouseUsage | undefined; firstTokenMs: number | null };
type HouseUsage = { usage: Usage; source: "upstream" | "counted" };

async function askForList(house: HouseCall, timeouts: AttemptTimeouts, deps: GatewayDeps): Promise<Ended> {
  const startedMs = deps.clock.monotonicMs();
  const checked = await checkList(house, timeouts, deps);
  const latencyMs = Math.round(deps.clock.monotonicMs() - startedMs);
  return { ...checked, latencyMs, usage: undefined, firstTokenMs: null, by: "list" };
}

async function ask(
  { channel, credential, model, stream }: HouseCall,
  timeouts: AttemptTimeouts,
  deps: GatewayDeps,
): Promise<Ended> {
  const call = pingOf(model, stream);
  const startedMs = deps.clock.monotonicMs();
  const elapsedMs = () => Math.round(deps.clock.monotonicMs() - startedMs);
  const plan = {
    choice: { channel, credential },
    timeouts,
    deadlineMs: startedMs + timeouts.totalMs,
    isLast: false,
  };
  const tried = await attempt({ call, signal: NEVER, headers: NO_HEADERS }, plan, deps);
  const { status } = tried;
  const by = "call" as const;
  const nothing = { usage: undefined, firstTokenMs: null, by };
  if ("fault" in tried) return { status, fault: tried.fault, latencyMs: elapsedMs(), ...nothing };
  const firstTokenMs = tried.answer.kind === "stream" ? elapsedMs() : null;
  if (tried.answer.kind === "passed") throw new Error("a ping is a chat, and no chat is passed on in pieces");
  const { fault, usage } = await readOut(call, tried.answer, deps);
  return { status, fault, usage, firstTokenMs, latencyMs: elapsedMs(), by };
}

function outcomeOf({ fault, firstTokenMs, by }: Ended, { firstTokenMs: limitMs }: AttemptTimeouts): Outcome {
  if (fault === undefined && by === "list") return { kind: "answers" };
  if (fault === undefined) return { kind: "good", firstTokenMs, wholeMs: null, slowAfterMs: limitMs / 2 };
  if (silentClasses.has(fault.errorClass)) return { kind: "unknown" };
  return fault.scope === null ? { kind: "alive" } : { kind: "fault", fault };
}

const NEVER = new AbortController().signal;
const NO_HEADERS = new Headers();

function pingOf(model: string, stream: boolean): Call {
  const body = {
    model,
    messages: [{ role: "user", content: "ping" }],
    max_tokens: MAX_OUTPUT_TOKENS,
    stream,
  };
  const call = chat.read(Buffer.from(JSON.stringify(body)));
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
  call: Call,
  answer: JsonAnswer | StreamAnswer,
  deps: GatewayDeps,
): Promise<{ fault: Fault | undefined; usage: HouseUsage }> {
  if (answer.kind === "json") {
    const { usage } = answer;
    if (usage !== undefined) return { fault: undefined, usage: { usage, source: "upstream" } };
    const counted = await countedUsage(call, answer.texts(), deps);
    return { fault: undefined, usage: { usage: counted, source: "counted" } };
  }
  const { events, meter, watch } = answer;
  const fault = await drain(answer);
  if (fault === undefined) watch.close();
  else watch.end(fault.errorClass);
  void events.close().catch(() => undefined);
  return { fault, usage: await meter.usage(() => countPromptTokens(call, deps)) };
}

async function drain({ events, meter, watch, idleMs }: StreamAnswer): Promise<Fault | undefined> {
  try {
    for (;;) {
      watch.arm("idle_timeout", idleMs);
      const event = await events.next();
      const kind = event === undefined ? "done" : meter.readEvent(event);
      if (kind === "error" || kind === "malformed") return faultOfClass("stream_cut");
      if (kind === "done") return meter.finished ? undefined : faultOfClass("stream_cut");
    }
  } catch {
    return faultOfClass(watch.reason === "idle_timeout" ? "stream_stalled" : (watch.reason ?? "stream_cut"));
  }
}

function rowOf(house: HouseCall, ended: Ended, deps: GatewayDeps): RequestLogRow {
  const { channel, credential, model, mark } = house;
  const { fault, latencyMs } = ended;
  const createdAtMs = Math.round(deps.now() - latencyMs);
  const used = ended.usage?.usage;
  const usage = used ?? noUsage;
  const price = deps.snapshot.prices.resolve(model, HOUSE_GROUP, HOUSE_ACCOUNT_ID, createdAtMs);
  const rate = price && rateFor(price.components, usage.promptTokens);
  return {
    ...emptyRow,
    requestId: deps.newId(createdAtMs),
    createdAtMs,
    nodeId: deps.nodeId,
    accountId: HOUSE_ACCOUNT_ID,
    groupId: HOUSE_GROUP,
    userAgent: `tollgate/${mark}`,
    protocol: "openai",
    endpoint: ended.by === "list" ? "/v1/models" : "/v1/chat/completions",
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
    stream: house.stream && ended.by === "call",
    status: fault?.refusal.status ?? 200,
    errorCode: fault?.refusal.code ?? null,
    promptTokens: usage.promptTokens,
    completionTokens: usage.completionTokens,
    cacheReadTokens: usage.cacheReadTokens,
    reasoningTokens: usage.reasoningTokens,
    usageSource: ended.usage?.source ?? "none",
    costNanoUsd: (rate && price && used && tokenCost(usage, rate, price.multiplier)) ?? 0n,
    upstreamCostNanoUsd: upstreamCost(model, { usage: used, channel }, createdAtMs, deps),
    priceVersionId: price?.versionId ?? null,
    modelMultiplier: rate?.modelMultiplier ?? null,
    completionMultiplier: rate?.completionMultiplier ?? null,
    groupMultiplier: price === undefined ? null : formatFraction(price.groupMultiplier),
    latencyMs,
    firstTokenMs: ended.firstTokenMs,
  };
}
