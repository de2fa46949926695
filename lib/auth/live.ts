import { createHash } from "node:crypto";
import { decode, encode } from "next-auth/jwt";
import type { Actor } from "#lib/api/operation";
import type { Role } from "#lib/auth/can";
import { AppError } from "#lib/core/errors";
import { secondMs } from "#lib/core/time";
import { config } from "#lib/runtime/config";
import { clientIp } from "#lib/runtime/peer";
import { deriveKey } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { authenticateToken } from "#lib/tokens/service";
import { findUserById, type UserRecord } from "#lib/users/store";
import {
  needsRefresh,
  readCookie,
  type Session,
  sessionCookie,
  sessionCookieName,
  sessionFromClaims,
  sessionIdleSeconds,
  usesSecureCookies,
} from "./session.ts";

/** Who sent a request of the management side. */
export type Caller =
  | { kind: "session"; actor: Actor; session: Session; user: UserRecord; refreshedCookie?: string }
  | { kind: "token"; actor: Actor }
  | { kind: "nobody"; actor: Actor; refusal: AppError };

/**
 * Finds out who calls: a management token if there is an Authorization header, else the session cookie.
 * Reads the database each time, so a disabled person, a bumped sessionVersion and a revoked token end at once.
 */
export async function authenticate(request: { headers: Headers }): Promise<Caller> {
  const ip = clientIp(request.headers);
  const authorization = request.headers.get("authorization");
  if (authorization !== null) return fromBearer(authorization, ip);
  const signedIn = await findSession(request.headers);
  if (signedIn === undefined) return nobody(ip, "Sign in, or send a management token.");
  const { session, user } = signedIn;
  const caller = { kind: "session" as const, actor: userActor(user, ip), session, user };
  if (!needsRefresh(session, Date.now())) return caller;
  return { ...caller, refreshedCookie: await issueCookie(user, session.passwordAtMs) };
}

/** The signed-in person behind a Cookie header, or undefined. Pages use it: `findSession(await headers())`. */
export async function findSession(
  headers: Pick<Headers, "get">,
): Promise<{ session: Session; user: UserRecord } | undefined> {
  const name = sessionCookieName(usesSecureCookies(config().publicUrl));
  const token = readCookie(headers.get("cookie"), name);
  if (token === undefined) return undefined;
  const claims = await decode({ token, secret: sessionSecret() }).catch(() => undefined);
  const session = sessionFromClaims(claims);
  if (session === undefined) return undefined;
  const user = await findUserById(session.userId);
  const stands = user?.isActive === true && user.sessionVersion === session.sessionVersion;
  return stands ? { session, user } : undefined;
}

/** A Set-Cookie value that signs a person in, remembering when the password was entered. */
export async function issueCookie(user: UserRecord, passwordAtMs: number): Promise<string> {
  const token = await encode({
    token: tokenClaims(user, passwordAtMs),
    secret: sessionSecret(),
    maxAge: sessionIdleSeconds,
  });
  return sessionCookie(token, usesSecureCookies(config().publicUrl));
}

/** What next-auth encrypts into the session's token. */
export function tokenClaims(user: UserRecord, passwordAtMs: number) {
  return {
    sub: user.id,
    email: user.email,
    name: user.name,
    sessionVersion: user.sessionVersion,
    passwordAt: Math.floor(passwordAtMs / secondMs),
  };
}

/** Whether someone of this role has to have a second factor: owners and operators, where the setting asks it. */
export async function requiresTotp(role: Role): Promise<boolean> {
  return (role === "owner" || role === "operator") && (await readSettings())["security.requireTotp"];
}

/** next-auth's secret: derived from the master key, so that every node reads every node's sessions. */
export function sessionSecret(): string {
  return createHash("sha256").update(deriveKey("session")).digest("hex");
}

async function fromBearer(authorization: string, ip: string | null): Promise<Caller> {
  const [scheme = "", token = ""] = authorization.trim().split(/\s+/);
  if (scheme.toLowerCase() !== "bearer" || !token.startsWith("tgm_")) {
    return nobody(ip, "Here only a management token (tgm_…) is taken; API keys are for the gateway.");
  }
  const found = await authenticateToken(token);
  if (found === undefined) return nobody(ip, "This management token is unknown, expired or revoked.");
  return { kind: "token", actor: { type: "token", id: found.id, name: found.name, role: found.role, ip } };
}

function userActor(user: UserRecord, ip: string | null): Actor {
  return { type: "user", id: user.id, name: user.name || user.email, role: user.role, ip };
}

function nobody(ip: string | null, message: string): Caller {
  return {
    kind: "nobody",
    actor: { type: "system", id: "anonymous", name: "anonymous", role: "customer", ip },
    refusal: new AppError({
      code: "unauthenticated",
      status: 401,
      message,
      headers: { "www-authenticate": "Bearer" },
    }),
  };
}
