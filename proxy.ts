import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { contentSecurityPolicy } from "#lib/auth/content-security-policy";

/** Gives every page a nonce: only scripts and styles that carry it run. Next reads it from the request's header. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  // biome-ignore lint/style/noProcessEnv: Next replaces it at build time
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "same-origin");
  return response;
}

/** Pages only. The gateway and webhooks must never pass here: a proxied body is cut at 10 MB. */
export const config = {
  matcher: [
    "/((?!api/|api$|v1/|v1beta/|v3/|_next/static|_next/image|healthz$|readyz$|metrics$|favicon\\.ico$|.*\\.(?:svg|png|ico|txt|webmanifest)$).*)",
  ],
};
