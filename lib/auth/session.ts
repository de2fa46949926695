import { z } from "zod";
import { hourMs, minuteMs, secondMs } from "#lib/core/time";

/** A session ends after 12 h without a request. */
export const sessionIdleSeconds = (12 * hourMs) / secondMs;

/** What a session's token holds; it is encrypted and only ever read by us. Times in seconds. */
export const sessionClaims = z.object({
  sub: z.string(),
  sessionVersion: z.number().int(),
  /** When the password was last entered. */
  passwordAt: z.number(),
  iat: z.number(),
});

/** A signed-in person, checked against the database. */
export type Session = {
  userId: string;
  sessionVersion: number;
  passwordAtMs: number;
  issuedAtMs: number;
};

/** Reads a decrypted token; undefined for anything that is not a session of ours. */
export function sessionFromClaims(claims: unknown): Session | undefined {
  const read = sessionClaims.safeParse(claims);
  if (!read.success) return undefined;
  const { sub, sessionVersion, passwordAt, iat } = read.data;
  return { userId: sub, sessionVersion, passwordAtMs: passwordAt * secondMs, issuedAtMs: iat * secondMs };
}

/** The session cookie's name, next-auth's own; browsers keep `__Secure-` cookies to https. */
export function sessionCookieName(isSecure: boolean): string {
  return isSecure ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}

/** Secure cookies iff people reach the console by https. */
export function usesSecureCookies(publicUrl: string | undefined): boolean {
  return publicUrl?.startsWith("https://") ?? false;
}

/** Whether a session in use should be written anew, so that its 12 h start again: at most every 10 min. */
export function needsRefresh(session: Session, nowMs: number): boolean {
  return nowMs - session.issuedAtMs > 10 * minuteMs;
}

/** A Set-Cookie value for a session token. */
export function sessionCookie(token: string, isSecure: boolean): string {
  const secure = isSecure ? "; Secure" : "";
  const name = sessionCookieName(isSecure);
  return `${name}=${token}; Path=/; Max-Age=${sessionIdleSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** One cookie of a Cookie header. */
export function readCookie(header: string | null, name: string): string | undefined {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
