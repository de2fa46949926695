import type { Check, Decision, Level, Ticket } from "#lib/limits/limiter";
import { type Amounts, type Metric, metricUnits } from "#lib/limits/metrics";
import { channelLimitsOf, limitsOf } from "#lib/limits/resolve";
import type { Usage } from "#lib/pricing/usage";
import type { Priced } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";
import type { Call } from "./protocols/call.ts";
import { TOKENS_PER_SECOND } from "./protocols/transcript.ts";

/** The guide on what to do about it, on this gateway's own console. */
const DOCS = "/docs/rate-limits";

const metricNames: Record<Metric, string> = {
  rpm: "requests per minute (RPM)",
  tpm: "tokens per minute (TPM)",
  ipm: "images per minute (IPM)",
  vpm: "videos per minute (VPM)",
  apm: "audios per minute (APM)",
  concurrency: "requests at once",
};

/** What a call takes of limits: a request, its estimated tokens, its images, that it is one audio, and that it runs. */
function amountsOf({ call, bounds }: Pick<Priced, "call" | "bounds">): Amounts {
  const promptTokens = bounds.likelyPromptTokens ?? bounds.promptTokens;
  const tokens = promptTokens + bounds.outputTokens;
  const asked = call.maxOutputTokens === null ? promptTokensAsked(call, promptTokens) : tokens;
  const apm = call.audio === undefined ? 0 : 1;
  return {
    rpm: 1,
    tpm: Math.ceil(tokens),
    tpmAsked: Math.ceil(asked),
    ipm: call.images,
    vpm: call.videos ?? 0,
    apm,
    concurrency: 1,
  };
}

/** Of sound what it probably is: what it can be at the most is many times as much. */
function promptTokensAsked({ audio }: Call, promptTokens: number): number {
  if (audio === undefined || audio.likelySeconds === 0) return promptTokens;
  return Math.min(promptTokens, audio.likelySeconds * TOKENS_PER_SECOND);
}

/** What limits a call by its account and key. */
export function checksOf(priced: Priced, { snapshot }: GatewayDeps): readonly Check[] {
  const { account, groupId, key, call } = priced;
  const who = { accountId: account.id, groupId, keyId: key.id, model: call.model };
  return limitsOf(who, amountsOf(priced), snapshot.limitTable);
}

/** What an attempt has taken of its channel's own limits, or that it is full: for so long, or for this call for good. */
export type Entry = { ticket: Ticket } | { fullForMs: number | null };

const FREE_ENTRY: Entry = { ticket: [] };

/** Takes an attempt's place on a channel. At once where this process counts. */
export function enterChannel(
  admitted: Pick<Priced, "call" | "bounds">,
  channelId: string,
  { snapshot, limiter }: Pick<GatewayDeps, "snapshot" | "limiter">,
): Entry | Promise<Entry> {
  if (!snapshot.limitTable.hasChannels) return FREE_ENTRY;
  const of = { channelId, model: admitted.call.model };
  const checks = channelLimitsOf(of, amountsOf(admitted), snapshot.limitTable);
  if (checks.length === 0) return FREE_ENTRY;
  const asked = limiter.take(checks);
  return asked instanceof Promise ? asked.then(entryOf) : entryOf(asked);
}

function entryOf(decision: Decision): Entry {
  return decision.taken ? { ticket: decision.ticket } : { fullForMs: decision.retryAfterMs };
}

/** Every channel is at its own limits: a call may come again when the first has room, as far as that is known. */
export function fullRefusal(fullForMs: number | null): Refusal {
  const refusal = refuse(
    "overloaded",
    "All channels of this model are at their limits. Try again in a moment.",
  );
  if (fullForMs === null) return refusal;
  const headers = {
    "retry-after": String(Math.ceil(fullForMs / 1000)),
    "retry-after-ms": String(Math.ceil(fullForMs)),
  };
  return { ...refusal, headers };
}

/** A call or an attempt is over: what it took in truth of what it had reserved, and that it runs no more. */
export function leave(
  ticket: Ticket,
  usage: Pick<Usage, "promptTokens" | "completionTokens" | "images" | "calls">,
  { limiter }: Pick<GatewayDeps, "limiter">,
): void {
  if (ticket.length === 0) return;
  limiter.correct(ticket, "tpm", usage.promptTokens + usage.completionTokens);
  limiter.correct(ticket, "ipm", usage.images);
  limiter.correct(ticket, "apm", usage.calls);
  limiter.release(ticket);
}

/** 429 that says which limit, of what scope, how much is used, and when this very call would fit. */
export function limitRefusal({ level, retryAfterMs, levels }: Decision & { taken: false }): Refusal {
  const { scope, metric, model, limit, amount } = level.check;
  const of = `the ${scope === "default" ? "default" : `${scope}'s`} limit on ${model ?? "all models together"}`;
  const name = `${metricNames[metric]}: ${of} is ${limit}`;
  const details = {
    scope,
    metric,
    model,
    limit,
    used: level.used,
    requested: amount,
    reset_seconds: Math.ceil(level.resetMs / 1000),
    retry_after_ms: retryAfterMs === null ? null : Math.ceil(retryAfterMs),
    docs: DOCS,
  };
  if (retryAfterMs === null) {
    const message = `This request takes ${amount} ${name}, so it never fits. Ask for less, or for a higher limit. See ${DOCS}.`;
    return { ...refuse("request_exceeds_limit", message), details, headers: rateHeaders(levels) };
  }
  const seconds = Math.ceil(retryAfterMs / 1000);
  const message = `Too many ${name}, of which ${level.used} are used. Try again in ${seconds} s. See ${DOCS}.`;
  const retry = { "retry-after": String(seconds), "retry-after-ms": String(Math.ceil(retryAfterMs)) };
  return {
    ...refuse("rate_limit_exceeded", message),
    details,
    headers: { ...rateHeaders(levels), ...retry },
  };
}

/** `x-ratelimit-{limit,remaining,reset}-{requests,…}` of the limit with the least room, for each unit that has one. */
export function rateHeaders(levels: readonly Level[]): Record<string, string> {
  const tightest = new Map<string, Level>();
  for (const level of levels) {
    const unit = metricUnits[level.check.metric];
    if (unit === null) continue;
    const known = tightest.get(unit);
    if (known === undefined || remainingOf(level) < remainingOf(known)) tightest.set(unit, level);
  }
  const headers: Record<string, string> = {};
  for (const [unit, level] of tightest) {
    headers[`x-ratelimit-limit-${unit}`] = String(level.check.limit);
    headers[`x-ratelimit-remaining-${unit}`] = String(remainingOf(level));
    headers[`x-ratelimit-reset-${unit}`] = String(Math.ceil(level.resetMs / 1000));
  }
  return headers;
}

function remainingOf({ check, used }: Level): number {
  return Math.max(0, check.limit - used);
}
