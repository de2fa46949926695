import { AppError } from "#lib/core/errors";

/**
 * Refuses a write that another site made a signed-in browser send: with the session cookie, a request that
 * changes something must carry an Origin equal to the request's own host or PUBLIC_URL. Throws 403
 * `origin_not_allowed`. Bearer calls carry nothing that a browser adds by itself and need no such check.
 */
export function checkOrigin(request: Request, publicUrl: string | undefined): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  if (origin !== null && isOwnOrigin(origin, request, publicUrl)) return;
  throw new AppError({
    code: "origin_not_allowed",
    status: 403,
    message: "With a session cookie, the Origin header must be this console's own address.",
  });
}

function isOwnOrigin(origin: string, request: Request, publicUrl: string | undefined): boolean {
  if (origin === publicUrl) return true;
  const parsed = URL.parse(origin);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return false;
  // The host alone: behind a proxy that ends TLS the scheme of the request is not the browser's.
  return parsed.host === hostOf(request, parsed.protocol);
}

/** The Host header as a URL writes it (lower case, without the scheme's default port). */
function hostOf(request: Request, protocol: string): string | undefined {
  const host = request.headers.get("host") ?? new URL(request.url).host;
  return URL.parse(`${protocol}//${host}`)?.host;
}
