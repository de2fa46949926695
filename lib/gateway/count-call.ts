import { limitsOf } from "#lib/limits/resolve";
import { price } from "./admit.ts";
import { countPromptTokens } from "./counted-usage.ts";
import type { GatewayDeps } from "./deps.ts";
import type { Endpoint } from "./endpoints.ts";
import { isRefusal, type Refusal, refuse } from "./errors.ts";
import type { Answer } from "./exchange.ts";
import type { Identified } from "./identify.ts";
import { limitRefusal, rateHeaders } from "./limit.ts";
import type { Call } from "./protocols/call.ts";
import { recordFree, reject } from "./record.ts";
import { answerHeaders } from "./respond.ts";

/** Counting takes a tenth of a second for each million bytes, and costs its caller nothing. */
const LONG_BYTES = 256 << 10;
const MOST_LONG_AT_ONCE = 2;
const TOO_MANY = "This account has long prompts counted already. Try again in a moment.";
/** Long prompts that are being counted, by account. */
const counting = new Map<string, number>();

async function countedInTurn(accountId: string, call: Call, deps: GatewayDeps): Promise<number | Refusal> {
  if (call.prompt.textBytes < LONG_BYTES) return countPromptTokens(call, deps);
  const running = counting.get(accountId) ?? 0;
  if (running >= MOST_LONG_AT_ONCE) return refuse("overloaded", TOO_MANY);
  counting.set(accountId, running + 1);
  try {
    return await countPromptTokens(call, deps);
  } finally {
    const left = (counting.get(accountId) ?? 1) - 1;
    if (left === 0) counting.delete(accountId);
    else counting.set(accountId, left);
  }
}

/**
 * How many tokens a call's prompt is, by our tokenizer: nobody upstream is asked and nothing is charged, but it is a
 * request of whoever may call the model, and counts as one.
 */
export async function answerCount(
  caller: Identified,
  call: Call,
  { told }: Endpoint & { name: "count" },
  deps: GatewayDeps,
): Promise<Answer> {
  const known = { ...caller, call };
  const priced = price(caller, call, deps);
  if (isRefusal(priced)) return reject(known, priced, deps);
  const { account, groupId, key } = caller;
  const who = { accountId: account.id, groupId, keyId: key.id, model: call.model };
  const decision = await deps.limiter.take(limitsOf(who, { rpm: 1 }, deps.snapshot.limitTable));
  if (!decision.taken) {
    deps.limitMeter.refused(account.id, decision.level.check);
    return reject(known, limitRefusal(decision), deps);
  }
  const tokens = await countedInTurn(account.id, call, deps);
  if (isRefusal(tokens)) return reject(known, tokens, deps);
  const body = JSON.stringify(told(tokens));
  recordFree(known, deps);
  const gatewayMs = deps.clock.monotonicMs() - caller.startedMs - caller.clientMs;
  const headers = answerHeaders(
    { ...caller, rateHeaders: rateHeaders(decision.levels) },
    "application/json",
    gatewayMs,
  );
  return { status: 200, headers, body };
}
