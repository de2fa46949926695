import { createHmac, timingSafeEqual } from "node:crypto";

/** The cookie of those who have entered the site's password. */
export const sitePassCookie = "tollgate-site";

/** The cookie's value: follows from the password's hash, so that a new password closes the site to all again. */
export function sitePass(key: Uint8Array, passwordHash: string): string {
  return createHmac("sha256", key).update(passwordHash).digest("base64url");
}

/** Takes as long whatever differs. */
export function isSitePass(given: string | undefined, expected: string): boolean {
  const [one, other] = [Buffer.from(given ?? ""), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
