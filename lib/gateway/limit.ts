import type { Check, Decision, Level } from "#lib/limits/limiter";
import { type Metric, metricUnits } from "#lib/limits/metrics";
import { limitsOf } from "#lib/limits/resolve";
import type { Priced } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";

const metricNames: Record<Metric, string> = {
  rpm: "requests per minute (RPM)",
  tpm: "tokens per minute (TPM)",
  ipm: "images per minute (IPM)",
  vpm: "videos per minute (VPM)",
  apm: "audios per minute (APM)",
  concurrency: "requests at once",
};

/** What limits a call: its request, its estimated tokens, and that it runs. */
export function checksOf({ account, groupId, key, call, bounds }: Priced, deps: GatewayDeps): Check[] {
  const tokens = bounds.promptTokens + bounds.outputTokens;
  const asked = call.maxOutputTokens === null ? bounds.promptTokens : tokens;
  return limitsOf(
    { accountId: account.id, groupId, keyId: key.id, model: call.model },
    { rpm: 1, tpm: tokens, tpmAsked: asked, concurrency: 1 },
    deps.snapshot.limitTable,
  );
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
    retry_after_ms: retryAfterMs,
  };
  if (retryAfterMs === null) {
    const message = `This request takes ${amount} ${name}, so it never fits. Ask for less, or for a higher limit.`;
    return { ...refuse("request_exceeds_limit", message), details, headers: rateHeaders(levels) };
  }
  const seconds = Math.ceil(retryAfterMs / 1000);
  const message = `Too many ${name}, of which ${level.used} are used. Try again in ${seconds} s. See /docs/errors.`;
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
