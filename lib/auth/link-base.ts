import ipaddr from "ipaddr.js";
import { AppError } from "#lib/core/errors";

/**
 * Where links in a mail lead: PUBLIC_URL, else the request's own host. A Host header is anybody's to write, and a
 * mail that carries a token to a forged one gives the token away: when the one who asks is not signed in, only a
 * host on this machine or in a private network is believed. Throws 503 `public_url_required` otherwise.
 */
export function linkBase(
  request: { headers: Pick<Headers, "get"> },
  publicUrl: string | undefined,
  isSignedIn: boolean,
): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, "");
  const own = URL.parse(`http://${request.headers.get("host") ?? ""}`);
  if (own !== null && (isSignedIn || isNear(own.hostname))) {
    const origin = URL.parse(request.headers.get("origin") ?? "");
    return origin !== null && origin.host === own.host ? origin.origin : own.origin;
  }
  throw new AppError({
    code: "public_url_required",
    status: 503,
    message: "Mails with links cannot be sent from here: the operator has to set PUBLIC_URL.",
  });
}

function isNear(hostname: string): boolean {
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return true;
  const address = hostname.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(address)) return false;
  return ["loopback", "private", "uniqueLocal"].includes(ipaddr.process(address).range());
}
