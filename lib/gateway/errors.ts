/** What each code means on the wire: HTTP status, OpenAI's error type, and the sentence when a stage gives none. */
const catalogue = {
  invalid_request: [400, "invalid_request_error", "The request is not valid."],
  unsupported_field: [400, "invalid_request_error", "The request has a field that is not supported."],
  invalid_api_key: [
    401,
    "authentication_error",
    "The API key is not valid. Check it, or make a new one in the console.",
  ],
  key_disabled: [
    401,
    "authentication_error",
    "The API key is disabled. Enable it in the console, or use another one.",
  ],
  key_expired: [401, "authentication_error", "The API key has expired. Make a new one in the console."],
  insufficient_balance: [
    402,
    "insufficient_balance",
    "The account's balance does not cover this call. Recharge the account, or ask for less output.",
  ],
  budget_exceeded: [
    402,
    "insufficient_balance",
    "The API key's budget for this period does not cover this call.",
  ],
  ip_not_allowed: [403, "permission_error", "The API key is not allowed from this IP address."],
  blocked: [403, "permission_error", "The request was blocked."],
  model_not_allowed: [403, "permission_error", "This API key is not allowed to use the model."],
  account_suspended: [403, "permission_error", "The account is suspended. Write to support."],
  model_not_found: [404, "not_found_error", "The model does not exist."],
  not_found: [404, "not_found_error", "There is nothing at this path."],
  method_not_allowed: [405, "invalid_request_error", "This path does not answer this method."],
  client_closed: [499, "invalid_request_error", "The client went away before the answer was complete."],
  request_too_large: [413, "invalid_request_error", "The request body is larger than 32 MB."],
  rate_limit_exceeded: [429, "rate_limit_error", "Too many requests."],
  request_exceeds_limit: [429, "rate_limit_error", "The request is larger than the limit itself."],
  internal_error: [500, "api_error", "Something went wrong in the gateway. Quote the request id to support."],
  server_interrupted: [
    500,
    "api_error",
    "The gateway stopped while the call was running. It was not billed.",
  ],
  upstream_error: [502, "upstream_error", "The model's provider failed to answer. Try again."],
  upstream_blocked: [502, "upstream_error", "The model's provider blocked the call."],
  model_not_priced: [503, "api_error", "The model has no price yet, so it cannot be sold."],
  no_channel_available: [
    503,
    "api_error",
    "No channel serves this model for you at the moment. Try again later.",
  ],
  overloaded: [503, "overloaded_error", "The gateway is overloaded. Try again in a moment."],
  gateway_paused: [503, "api_error", "The gateway is shutting down or paused. Try again in a moment."],
  upstream_timeout: [504, "upstream_error", "The model's provider did not answer in time. Try again."],
} as const satisfies Record<string, readonly [status: number, type: string, message: string]>;

export type ErrorCode = keyof typeof catalogue;

/** A stage's "no": a value, not an exception. Surprises are exceptions. */
export type Refusal = {
  readonly refused: true;
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly param: string | null;
  /** The call's hold may stand in the database although its answer was lost: the row frees it then. */
  readonly isHoldInDoubt?: true;
  /** More that programs may read: `error.details`. */
  readonly details?: Readonly<Record<string, string | number | null>>;
  /** More headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Shown to the client in place of our code, where an upstream's own code passes through. */
  readonly upstreamCode?: string;
};

/** Every code, in the catalogue's order: docs and tests read it. */
export const errorCodes = Object.keys(catalogue) as readonly ErrorCode[];

/** The codes that a caller can meet, for the docs: by status, in the catalogue's order. */
export function listedErrors(): { code: ErrorCode; status: number; message: string }[] {
  const inRowsOnly: readonly ErrorCode[] = ["client_closed", "server_interrupted"];
  return errorCodes
    .filter((code) => !inRowsOnly.includes(code))
    .map((code) => ({ code, status: catalogue[code][0], message: catalogue[code][2] }))
    .toSorted((left, right) => left.status - right.status);
}

/** Refuses with the catalogue's sentence, or with one that knows more. `param` names the field at fault. */
export function refuse(code: ErrorCode, message?: string, param: string | null = null): Refusal {
  const [status, type, text] = catalogue[code];
  return { refused: true, code, status, type, message: message ?? text, param };
}

/** An upstream's 4xx that the caller must see as it is: status and sentence pass through, nothing is billed. */
export function passThrough(status: number, message: string, type: string, param: string | null): Refusal {
  return { refused: true, code: "invalid_request", status, type, message, param };
}

/** Told by its mark, not by a class: it may come from the other copy of this module. Anything else is a stage's yes. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "refused" in value && value.refused === true;
}
