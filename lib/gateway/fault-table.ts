import type { FaultEffect } from "#lib/routing/health";
import type { ErrorCode } from "./errors.ts";

/** What one class of upstream failure means. docs/channels.md shows this table. */
export type FaultRule = {
  /** What is at fault; null: the request, or nobody. */
  scope: FaultEffect["scope"];
  effect: FaultEffect["effect"];
  /** Who is asked next. `larger`: only a channel with a larger context window. */
  next: "channel" | "credential" | "larger" | "nobody";
  /** What the client sees if nobody else answers. `as_sent`: upstream's own status and sentence. */
  code: ErrorCode | "as_sent";
  billed: "nothing" | "delivered";
};

const rule = (
  scope: FaultRule["scope"],
  effect: FaultRule["effect"],
  next: FaultRule["next"],
  code: FaultRule["code"],
  billed: FaultRule["billed"] = "nothing",
): FaultRule => ({ scope, effect, next, code, billed });

/** The one place where it is decided what a failure leads to. */
export const faultTable = {
  // No connection
  connect_refused: rule("channel", "count", "channel", "upstream_error"),
  connect_timeout: rule("channel", "count", "channel", "upstream_timeout"),
  dns_failed: rule("channel", "count", "channel", "upstream_error"),
  tls_failed: rule("channel", "count", "channel", "upstream_error"),
  address_denied: rule("channel", "open", "channel", "upstream_error"),
  own_listener: rule("channel", "open", "channel", "upstream_error"),
  unknown_provider: rule("channel", "open", "channel", "upstream_error"),

  // No usable answer
  connection_lost: rule("model", "count", "channel", "upstream_error"),
  truncated: rule("model", "count", "channel", "upstream_error"),
  malformed: rule("model", "count", "channel", "upstream_error"),
  html_answer: rule("model", "count", "channel", "upstream_error"),
  bad_encoding: rule("model", "count", "channel", "upstream_error"),
  empty: rule("model", "count", "channel", "upstream_error"),
  too_large: rule("model", "count", "channel", "upstream_error"),
  error_event: rule("model", "count", "channel", "upstream_error"),

  // Too late
  headers_timeout: rule("model", "count", "channel", "upstream_timeout"),
  first_token_timeout: rule("model", "count", "channel", "upstream_timeout"),
  idle_timeout: rule("model", "count", "channel", "upstream_timeout"),
  total_timeout: rule("model", "count", "nobody", "upstream_timeout"),
  upstream_timeout: rule("model", "count", "channel", "upstream_timeout"),

  // Upstream's own no
  bad_credential: rule("credential", "open", "credential", "upstream_error"),
  quota_exhausted: rule("credential", "open", "credential", "upstream_error"),
  rate_limited: rule("credential", "cool", "credential", "upstream_error"),
  forbidden: rule("model", "open", "channel", "upstream_error"),
  model_missing: rule("model", "open", "channel", "upstream_error"),
  // Nobody may talk a model out of use by asking for it at a path that this upstream does not have.
  path_missing: rule(null, "count", "channel", "upstream_error"),
  upstream_blocked: rule("model", "count", "channel", "upstream_blocked"),
  overloaded: rule("model", "count", "channel", "upstream_error"),
  server_error: rule("model", "count", "channel", "upstream_error"),
  unexpected_status: rule("model", "count", "channel", "upstream_error"),

  // The request's own
  context_length: rule(null, "count", "larger", "as_sent"),
  content_policy: rule(null, "count", "nobody", "as_sent"),
  bad_request: rule(null, "count", "nobody", "as_sent"),

  // After the first event: nobody else can go on with it
  stream_cut: rule("model", "count", "nobody", "upstream_error", "delivered"),
  stream_stalled: rule("model", "count", "nobody", "upstream_timeout", "delivered"),

  // Nobody's
  client_abort: rule(null, "count", "nobody", "client_closed", "delivered"),
  shutdown: rule(null, "count", "nobody", "gateway_paused", "delivered"),
} as const satisfies Record<string, FaultRule>;

export type FaultClass = keyof typeof faultTable;

/** Classes that say nothing about the channel: a probe that ends so has shown nothing. */
export const silentClasses: ReadonlySet<string> = new Set<FaultClass>([
  "client_abort",
  "shutdown",
  "path_missing",
]);

/** How upstreams answer, too, at paths that they do not have: with their website, or with something else. */
export const otherPathClasses: ReadonlySet<string> = new Set<FaultClass>([
  "html_answer",
  "malformed",
  "empty",
]);

/** False for what is no row of the table; callers then go by "connection_lost". */
export function isFaultClass(text: string): text is FaultClass {
  return Object.hasOwn(faultTable, text);
}

/** The table's row of a class as docs/channels.md has it. */
export function faultRow(errorClass: FaultClass): string {
  const { scope, effect, next, code, billed }: FaultRule = faultTable[errorClass];
  const asked = {
    channel: "next channel",
    credential: "next credential, then channel",
    larger: "larger window",
    nobody: "–",
  };
  const state = scope === null ? "–" : `${scope}: ${effect}`;
  return `| \`${errorClass}\` | ${asked[next]} | ${state} | ${code === "as_sent" ? "as sent" : `\`${code}\``} | ${billed} |`;
}
