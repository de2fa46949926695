import type { FaultEffect } from "#lib/routing/health";
import { passThrough, type Refusal, refuse } from "./errors.ts";
import { type FaultClass, type FaultRule, faultTable, isFaultClass } from "./fault-table.ts";
import { asObject } from "./protocols/openai-usage.ts";

/** What an upstream's failure means: its class for the attempt's record, its rule, and the client's answer. */
export type Fault = FaultEffect & { errorClass: FaultClass; next: FaultRule["next"]; refusal: Refusal };

const MAX_MESSAGE = 2_000;

/** No usable answer came: refused connection, time-out, malformed, empty, cut before the first event. */
export function faultOfClass(name: string, retryAfterMs = 0): Fault {
  const errorClass: FaultClass = isFaultClass(name) ? name : "connection_lost";
  const { code, ...rule } = faultTable[errorClass];
  const refusal = refuse(code === "as_sent" ? "upstream_error" : code);
  return { errorClass, ...rule, refusal, retryAfterMs };
}

/** An upstream that does not answer such calls at all: nothing about their model, which it may serve in another way. */
export function lacksPath(status: number, body: string): boolean {
  if (status === 405 || status === 501) return true;
  return status === 404 && classOfError(errorOf(body), status) === undefined;
}

/**
 * An answer other than 2xx, by status, headers and body. What is the request's own fault goes to the client as it is;
 * everything else is the channel's: the client never sees a 401 that is not about its own key.
 */
export function faultOfStatus(
  status: number,
  headers: { contentType: string; retryAfter?: string | undefined },
  body: string,
  nowMs: number,
): Fault {
  const error = errorOf(body);
  const isHtml = headers.contentType.includes("html");
  const errorClass = isHtml ? classOfPage(status) : (classOfError(error, status) ?? classOfStatus(status));
  const fault = faultOfClass(errorClass, retryAfterMs(headers.retryAfter, nowMs));
  if (faultTable[errorClass].code !== "as_sent") return fault;
  return { ...fault, refusal: clientFault(status, error) };
}

/** An error that upstream reports in the body of a 200, or as a stream's first event. */
export function faultOfErrorBody(body: unknown, otherwise: FaultClass): Fault {
  const error = asObject(asObject(body)?.error) ?? {};
  const status = typeof error.status === "number" ? error.status : 400;
  const errorClass = classOfError(error, status) ?? otherwise;
  const fault = faultOfClass(errorClass);
  return faultTable[errorClass].code === "as_sent" ? { ...fault, refusal: clientFault(400, error) } : fault;
}

/** Milliseconds of a Retry-After (seconds, or an HTTP date); 0 when it says nothing usable. */
export function retryAfterMs(text: string | undefined, nowMs: number): number {
  if (text === undefined) return 0;
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Math.round(Number(text) * 1000);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? 0 : Math.max(0, Math.round(atMs - nowMs));
}

/** A page instead of an answer is somebody else's word: a firewall's, a proxy's. */
function classOfPage(status: number): FaultClass {
  if (status === 403) return "upstream_blocked";
  return classOfStatus(status) === "bad_request" ? "html_answer" : classOfStatus(status);
}

function classOfStatus(status: number): FaultClass {
  if (status === 400 || status === 413 || status === 422) return "bad_request";
  if (status === 401) return "bad_credential";
  if (status === 402) return "quota_exhausted";
  if (status === 403) return "forbidden";
  if (status === 404) return "model_missing";
  if (status === 408 || status === 504) return "upstream_timeout";
  if (status === 429) return "rate_limited";
  if (status === 503 || status === 529) return "overloaded";
  return status >= 500 ? "server_error" : "unexpected_status";
}

type Hint = { errorClass: FaultClass; code: RegExp; message: RegExp; not?: (status: number) => boolean };

const isServerSide = (status: number) => status >= 500;

/** Vendors say the same thing under many statuses; what they write is told apart by code and type first, then by words. */
const HINTS: readonly Hint[] = [
  {
    errorClass: "quota_exhausted",
    code: /^(insufficient_quota|billing_hard_limit_reached|insufficient_balance|insufficient_user_quota|arrearage|account_?overdue(error)?|billing_not_active)$/i,
    message:
      /exceeded your current quota|insufficient (balance|quota|credit)|credit balance is too low|account (is )?overdue/i,
  },
  {
    errorClass: "bad_credential",
    code: /^(invalid_api_key|invalid_authentication|authentication_error|api_key_invalid|account_deactivated)$/i,
    message: /api key not valid|(incorrect|invalid) api[ _-]?key|api key (has )?expired/i,
  },
  {
    errorClass: "context_length",
    code: /^(context_length_exceeded|string_above_max_length|context_window_exceeded)$/i,
    message:
      /maximum context length|context (window|length)|prompt is too long|input is too long|too many (input |prompt )?tokens|input length .* exceed/i,
    not: isServerSide,
  },
  {
    errorClass: "content_policy",
    code: /^(content_filter|content_policy_violation|responsibleaipolicyviolation|data_inspection_failed|moderation_blocked|sensitive_words_detected|prohibited_content)$/i,
    message: /content (management )?policy|content filter|safety system|usage policies/i,
    not: isServerSide,
  },
  {
    errorClass: "model_missing",
    code: /^(model_not_found|deploymentnotfound|model_not_available|invalid_model)$/i,
    message: /^the model .{1,200} does not exist|no such model|model not found/i,
    not: isServerSide,
  },
  {
    errorClass: "overloaded",
    code: /^(overloaded_error|engine_overloaded(_error)?|server_overloaded|service_unavailable)$/i,
    message: /\boverloaded\b/i,
  },
  {
    errorClass: "rate_limited",
    code: /^(rate_limit_exceeded|rate_limit_error|too_many_requests)$/i,
    message: /^$/,
  },
];

function classOfError(error: Record<string, unknown> | undefined, status: number): FaultClass | undefined {
  if (error === undefined) return undefined;
  const names = [error.code, error.type, error.status].filter((name) => typeof name === "string");
  const message = typeof error.message === "string" ? error.message : "";
  const fits = HINTS.filter(({ not }) => not?.(status) !== true);
  const byName = fits.find(({ code }) => names.some((name) => code.test(name)));
  return (byName ?? fits.find((hint) => message !== "" && hint.message.test(message)))?.errorClass;
}

/** Upstream's sentence, code and field, cut short. A 403 or 429 of its own becomes a 400: it is about the request. */
function clientFault(status: number, error: Record<string, unknown> | undefined): Refusal {
  const text = (value: unknown, max: number) => (typeof value === "string" ? value.slice(0, max) : undefined);
  const message = text(error?.message, MAX_MESSAGE) ?? "The model's provider refused the request.";
  const type = text(error?.type, 64) ?? "invalid_request_error";
  const passed = status === 413 || status === 422 ? status : 400;
  const refusal = passThrough(passed, message, type, text(error?.param, 256) ?? null);
  const upstreamCode = text(error?.code, 64);
  return upstreamCode === undefined ? refusal : { ...refusal, upstreamCode };
}

function errorOf(body: string): Record<string, unknown> | undefined {
  const parsed = asObject(parse(body));
  return asObject(parsed?.error) ?? parsed;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
