import { limitsOf } from "#lib/limits/resolve";
import { price } from "./admit.ts";
import { countPromptTokens } from "./counted-usage.ts";
import type { GatewayDeps } from "./deps.ts";
import type { Endpoint } from "./endpoints.ts";
import { isRefusal } from "./errors.ts";
import type { Answer } from "./exchange.ts";
import type { Identified } from "./identify.ts";
import { limitRefusal, rateHeaders } from "./limit.ts";
import type { Call } from "./protocols/call.ts";
import { recordFree, reject } from "./record.ts";
import { answerHeaders } from "./respond.ts";

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
  const body = JSON.stringify(told(await countPromptTokens(call, deps)));
  recordFree(known, deps);
  const gatewayMs = deps.clock.monotonicMs() - caller.startedMs - caller.clientMs;
  const headers = answerHeaders(
    { ...caller, rateHeaders: rateHeaders(decision.levels) },
    "application/json",
    gatewayMs,
  );
  return { status: 200, headers, body };
}
