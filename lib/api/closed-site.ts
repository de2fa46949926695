import { readCookie } from "#lib/auth/session";
import { AppError } from "#lib/core/errors";
import { sitePassCookie } from "#lib/site/gate";
import { isSiteClosed } from "#lib/site/live";
import type { Actor } from "./operation.ts";

/**
 * What stands on the public pages is not told past the site's password either: whoever is not signed in needs its cookie.
 * Throws 403 `site_password_required`.
 */
export function refuseClosedSite(actor: Actor, request: Request): void {
  if (actor.type !== "system") return;
  if (!isSiteClosed(readCookie(request.headers.get("cookie"), sitePassCookie))) return;
  const message = "This site asks for its password first: POST /api/site-password/entry.";
  throw new AppError({ code: "site_password_required", status: 403, message });
}
