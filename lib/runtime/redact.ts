/**
 * Takes what looks like a secret out of a line of text: gateway keys, management tokens, provider keys,
 * bearer values, passwords in URLs, tokens in queries. The last net, for text nobody meant to log.
 */
export function redactText(text: string): string {
  return PATTERNS.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);
}

/**
 * What may be logged of an exception: class, code, message and stack. Of a database error neither
 * `detail` nor `where` (they quote rows), and for class 22 (bad data) not the message either.
 */
export function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const constraint =
    "constraint" in error && typeof error.constraint === "string" ? error.constraint : undefined;
  const quotesData = code !== undefined && /^22[0-9A-Z]{3}$/.test(code);
  const message = quotesData ? `database refused a value (${code})` : error.message;
  return {
    type: error.name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    stack: (error.stack ?? "").replace(error.message, message),
    ...(error.cause === undefined ? {} : { cause: safeError(error.cause) }),
  };
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(sk|pk|rk)-[A-Za-z0-9_-]{8,}/g, "$1-[redacted]"],
  [/\btgm_[A-Za-z0-9_-]+/g, "tgm_[redacted]"],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, "$1 [redacted]"],
  [/(:\/\/[^\s:/@"]+:)[^\s@"]+@/g, "$1[redacted]@"],
  [/([?&](?:key|token|code|secret|password|api_key)=)[^&\s"\\]+/gi, "$1[redacted]"],
];
