import type { Dialect } from "./dialect.ts";

const TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
  504: "timeout_error",
};

/** Anthropic's: its envelope with our code and what it knows more, its names of the limits' headers. */
export const anthropic: Dialect = {
  name: "anthropic",
  errorBody({ status, message, code, upstreamCode, param, details }, requestId) {
    const type = TYPES[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");
    const error = { type, message, code: upstreamCode ?? code, param: param ?? undefined, details };
    return JSON.stringify({ type: "error", error, request_id: requestId });
  },
  withHeaders(own, nowMs) {
    const headers: Record<string, string> = { ...own, "request-id": own["x-request-id"] ?? "" };
    for (const unit of ["requests", "tokens"]) {
      const reset = own[`x-ratelimit-reset-${unit}`];
      if (reset === undefined) continue;
      const name = `anthropic-ratelimit-${unit}`;
      headers[`${name}-limit`] = own[`x-ratelimit-limit-${unit}`] ?? "";
      headers[`${name}-remaining`] = own[`x-ratelimit-remaining-${unit}`] ?? "";
      headers[`${name}-reset`] = new Date(nowMs + Number(reset) * 1000).toISOString();
    }
    return headers;
  },
};
