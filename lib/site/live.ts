import { peekSingleton } from "#lib/runtime/singletons";
import { deriveFrom, type MasterKey } from "#lib/secrets/box";
import { isSitePass, sitePass } from "./gate.ts";

export const sitePasswordKey = "site.passwordHash";

/**
 * Whether a page must ask for the site's password first. Read from memory: pages ask for every request, and a password
 * set on any node closes all within a second.
 */
export function isSiteClosed(pass: string | undefined): boolean {
  const hash = peekSingleton<ReadonlyMap<string, unknown>>("live-settings")?.get(sitePasswordKey);
  if (typeof hash !== "string") return false;
  const expected = expectedPass(hash);
  return expected === undefined || !isSitePass(pass, expected);
}

/** The cookie's value for a password's hash; undefined before the master key is open. */
export function expectedPass(hash: string): string | undefined {
  const key = peekSingleton<MasterKey>("master-key");
  return key && sitePass(deriveFrom(key, "site password"), hash);
}
