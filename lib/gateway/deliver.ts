import type { Usage } from "#lib/pricing/usage";
import type { Admitted } from "./admit.ts";
import type { JsonAnswer } from "./attempt.ts";
import { countedUsage } from "./counted-usage.ts";
import type { GatewayDeps } from "./deps.ts";
import type { Answer } from "./exchange.ts";
import { failedFollowing, wrapperOf } from "./follows.ts";
import { finish } from "./record.ts";
import type { Answered, Failed } from "./relay.ts";
import { answerHeaders, errorResponse } from "./respond.ts";
import type { Outcome } from "./settle.ts";

/** An admitted call that nobody answered: settled at nothing, then refused. */
export async function failedResponse(admitted: Admitted, failed: Failed, deps: GatewayDeps): Promise<Answer> {
  const { follows } = admitted.call;
  const { refusal, ...rest } = follows === undefined ? failed : failedFollowing(follows, failed);
  const outcome = { status: refusal.status, errorCode: refusal.code, usage: undefined, firstTokenMs: null };
  await finish(admitted, { ...outcome, usageSource: "none", ...rest }, deps);
  return errorResponse(admitted, refusal, elapsed(admitted, deps) - rest.upstreamMs);
}

/** A whole answer: settled, then sent as it came. */
export async function jsonResponse(
  admitted: Admitted,
  answer: JsonAnswer,
  answered: Answered,
  deps: GatewayDeps,
): Promise<Answer> {
  const { upstreamMs, attempts, channel } = answered;
  const usage = answer.usage ?? (await countedUsage(admitted.call, answer.texts(), deps));
  const outcome: Outcome = {
    status: 200,
    errorCode: null,
    usage,
    usageSource: answer.usage === undefined ? "counted" : "upstream",
    attempts,
    upstreamMs,
    channel,
    firstTokenMs: null,
  };
  await finish(admitted, outcome, deps);
  const told = admitted.call.protocol.tell?.(answer.body, admitted.call);
  const gatewayMs = elapsed(admitted, deps) - upstreamMs;
  const headers = answerHeaders(admitted, told?.contentType ?? "application/json", gatewayMs);
  const bytes =
    told === undefined ? toldBytes(admitted, answer, answered, usage, deps) : Buffer.from(told.text);
  headers["content-length"] = String(bytes.byteLength);
  return { status: 200, headers, body: bytes };
}

/** The answer as it came, or in the client's protocol. */
function toldBytes(
  admitted: Admitted,
  { body, bytes }: JsonAnswer,
  answered: Answered,
  usage: Usage,
  deps: GatewayDeps,
): Uint8Array {
  const { call, requestId } = admitted;
  const { translation } = call.protocol;
  if (translation === undefined) return bytes;
  const wrapId = wrapperOf(admitted, answered, deps);
  const told = translation.whole(body, usage, { call, requestId, wrapId }, bytes);
  return told instanceof Uint8Array ? told : Buffer.from(JSON.stringify(told));
}

const elapsed = ({ startedMs, clientMs }: Admitted, { clock }: GatewayDeps) =>
  clock.monotonicMs() - startedMs - clientMs;
