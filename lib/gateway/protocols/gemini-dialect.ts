import type { Refusal } from "../errors.ts";
import type { Dialect } from "./dialect.ts";

const STATUSES: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  402: "FAILED_PRECONDITION",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};
const TYPE = "type.googleapis.com/google.rpc";

/** Google's: its envelope, in whose details our code, the request's id and when to come back have their places. */
export const gemini: Dialect = {
  name: "gemini",
  errorBody: (refusal, requestId) => JSON.stringify({ error: geminiError(refusal, requestId) }),
};

function geminiError(
  { status, message, param, details, headers, ...refusal }: Refusal,
  requestId: string,
): object {
  const name = STATUSES[status] ?? (status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT");
  const known = Object.entries(details ?? {}).filter(([, value]) => value !== null);
  const metadata = Object.fromEntries(known.map(([key, value]) => [key, String(value)]));
  const reason = refusal.upstreamCode ?? refusal.code;
  const retryMs = headers?.["retry-after-ms"];
  const told: object[] = [{ "@type": `${TYPE}.ErrorInfo`, reason, domain: "tollgate", metadata }];
  if (retryMs !== undefined)
    told.push({ "@type": `${TYPE}.RetryInfo`, retryDelay: `${Number(retryMs) / 1000}s` });
  if (param !== null)
    told.push({ "@type": `${TYPE}.BadRequest`, fieldViolations: [{ field: param, description: message }] });
  told.push({ "@type": `${TYPE}.RequestInfo`, requestId });
  return { code: status, message, status: name, details: told };
}
