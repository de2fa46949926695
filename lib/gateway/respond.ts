import type { Arrival } from "./arrival.ts";
import type { Refusal } from "./errors.ts";
import type { Answer } from "./exchange.ts";

const RETRY_AFTER_SECONDS = "2";
const MAY_RETRY_SOON = new Set(["overloaded", "gateway_paused"]);

/** Our own headers. Nothing of upstream's crosses but what is named here. */
export function answerHeaders(
  arrival: Arrival & { rateHeaders?: Readonly<Record<string, string>> },
  contentType: string,
  gatewayMs: number,
): Record<string, string> {
  return {
    "content-type": contentType,
    "x-request-id": arrival.requestId,
    "server-timing": `gateway;dur=${Math.max(0, gatewayMs).toFixed(3)}`,
    ...arrival.rateHeaders,
  };
}

/** OpenAI's error body. */
export function errorBody(refusal: Refusal, requestId: string): string {
  const { message, type, param, details } = refusal;
  const code = refusal.upstreamCode ?? refusal.code;
  return JSON.stringify({ error: { message, type, code, param, details, request_id: requestId } });
}

export function errorResponse(arrival: Arrival, refusal: Refusal, gatewayMs: number): Answer {
  const headers = answerHeaders(arrival, "application/json", gatewayMs);
  if (MAY_RETRY_SOON.has(refusal.code)) headers["retry-after"] = RETRY_AFTER_SECONDS;
  Object.assign(headers, refusal.headers);
  return { status: refusal.status, headers, body: errorBody(refusal, arrival.requestId) };
}

/** How a stream says that it did not end well: official clients raise it. No [DONE] follows. */
export function errorEvent(refusal: Refusal, requestId: string): Uint8Array {
  return Buffer.from(`data: ${errorBody(refusal, requestId)}\n\n`);
}
