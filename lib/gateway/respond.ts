import type { Arrival } from "./arrival.ts";
import { dialectOf } from "./endpoints.ts";
import type { Refusal } from "./errors.ts";
import type { Answer } from "./exchange.ts";
import { openai } from "./protocols/dialect.ts";

const RETRY_AFTER_SECONDS = "2";
const MAY_RETRY_SOON = new Set(["overloaded", "gateway_paused"]);

/** Our own headers. Nothing of upstream's crosses but what is named here. */
export function answerHeaders(
  arrival: Arrival & { rateHeaders?: Readonly<Record<string, string>> },
  contentType: string,
  gatewayMs: number,
): Record<string, string> {
  const own: Record<string, string> = {
    "content-type": contentType,
    "x-request-id": arrival.requestId,
    "server-timing": `gateway;dur=${Math.max(0, gatewayMs).toFixed(3)}`,
  };
  // Not spread: into what has begun that is slow, and most calls have none.
  for (const name in arrival.rateHeaders) own[name] = arrival.rateHeaders[name] ?? "";
  return dialectOf(arrival.path).withHeaders?.(own, arrival.createdAtMs) ?? own;
}

/** A refusal in the envelope of the caller's protocol. */
export function errorResponse(
  arrival: Arrival & { rateHeaders?: Readonly<Record<string, string>> },
  refusal: Refusal,
  gatewayMs: number,
): Answer {
  const known = { ...arrival, rateHeaders: { ...arrival.rateHeaders, ...refusal.headers } };
  const headers = answerHeaders(known, "application/json", gatewayMs);
  if (MAY_RETRY_SOON.has(refusal.code)) headers["retry-after"] ??= RETRY_AFTER_SECONDS;
  const body = dialectOf(arrival.path).errorBody(refusal, arrival.requestId);
  return { status: refusal.status, headers, body };
}

/** How a stream says that it did not end well: official clients raise it. No [DONE] follows. */
export function errorEvent(refusal: Refusal, requestId: string): Uint8Array {
  return Buffer.from(`data: ${openai.errorBody(refusal, requestId)}\n\n`);
}
