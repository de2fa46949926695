import { passThrough, type Refusal, refuse } from "./errors.ts";
import { asObject } from "./protocols/openai-usage.ts";

/** What an upstream's failure means: its class for the attempt's record, and whether another channel may help. */
export type Fault = { errorClass: string; tryNext: boolean; refusal: Refusal };

const TIMEOUTS = new Set([
  "connect_timeout",
  "headers_timeout",
  "first_token_timeout",
  "idle_timeout",
  "total_timeout",
]);
const MAX_MESSAGE = 2_000;

/** No usable answer came: refused connection, time-out, malformed, empty, cut before the first event. */
export function faultOfClass(errorClass: string): Fault {
  if (errorClass === "client_abort") {
    return { errorClass, tryNext: false, refusal: refuse("client_closed") };
  }
  if (errorClass === "shutdown") return { errorClass, tryNext: false, refusal: refuse("gateway_paused") };
  const refusal = refuse(TIMEOUTS.has(errorClass) ? "upstream_timeout" : "upstream_error");
  return { errorClass, tryNext: errorClass !== "total_timeout", refusal };
}

/**
 * An answer other than 2xx. The request's own faults (400, 413, 422) go to the client as they are; everything else is
 * the channel's fault: the next one is tried, and the client never sees a 401 that is not about its own key.
 */
export function faultOfStatus(status: number, contentType: string, body: string): Fault {
  const errorClass = `http_${status}`;
  if (status === 400 || status === 413 || status === 422) {
    return { errorClass, tryNext: false, refusal: clientFault(status, body) };
  }
  if (status === 403 && contentType.includes("html")) {
    return { errorClass: "blocked", tryNext: true, refusal: refuse("upstream_blocked") };
  }
  if (status === 408 || status === 504)
    return { errorClass, tryNext: true, refusal: refuse("upstream_timeout") };
  return { errorClass, tryNext: true, refusal: refuse("upstream_error") };
}

function clientFault(status: number, body: string): Refusal {
  const error = asObject(asObject(parse(body))?.error) ?? asObject(parse(body));
  const message =
    typeof error?.message === "string" ? error.message : "The model's provider refused the request.";
  const type = typeof error?.type === "string" ? error.type : "invalid_request_error";
  const param = typeof error?.param === "string" ? error.param : null;
  const refusal = passThrough(status, message.slice(0, MAX_MESSAGE), type.slice(0, 64), param);
  return typeof error?.code === "string" ? { ...refusal, upstreamCode: error.code.slice(0, 64) } : refusal;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
