import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { contentSecurityPolicy } from "#lib/auth/content-security-policy";
import { sitePassCookie } from "#lib/site/gate";
import { isSiteClosed } from "#lib/site/live";

/**
 * Gives every page a nonce: only scripts and styles that carry it run. Next reads it from the request's header.
 * Behind a site password, whoever has not entered it is sent to its form from every address. Here and not in a layout, which a
 * browser may leave out of what it asks for.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  // biome-ignore lint/style/noProcessEnv: Next replaces it at build time
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const isClosed =
    !openPaths.has(request.nextUrl.pathname) && isSiteClosed(request.cookies.get(sitePassCookie)?.value);
  const response = isClosed
    ? NextResponse.redirect(passwordPage(request))
    : NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "same-origin");
  return response;
}

const sitePasswordPath = "/site-password";
/** Where the password is entered, and where the signed link of a mail leads: nobody needs a password to unsubscribe. */
const openPaths: ReadonlySet<string> = new Set([sitePasswordPath, "/subscription"]);

/** Next makes the address relative, so that the browser stays at the host that it asked. */
function passwordPage(request: NextRequest) {
  const url = request.nextUrl.clone();
  const asked = `${url.pathname}${url.search}`;
  url.pathname = sitePasswordPath;
  url.search = asked === "/" ? "" : `?${new URLSearchParams({ to: asked })}`;
  return url;
}

/** Pages only. The gateway and webhooks must never pass here: a proxied body is cut at 10 MB. */
export const config = {
  matcher: [
    "/((?!api/|api$|v1/|v1beta/|v3/|_next/static|_next/image|healthz$|readyz$|metrics$|favicon\\.ico$|.*\\.(?:svg|png|ico|txt|webmanifest)$).*)",
  ],
};
