import { findSession, sessionSecret } from "#lib/auth/live";
import type { SignInOrigin } from "#lib/auth/origin";
import { noteSignIn } from "#lib/auth/service";
import { readCookie, usesSecureCookies } from "#lib/auth/session";
import { openTicket, sealTicket, ticketCookie, ticketName } from "#lib/auth/tickets";
import { config } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import type { UserRecord } from "#lib/users/store";
import { link, personBehind, type Vouched } from "./enter-service.ts";

/** What follows when a provider has vouched for somebody: they are in, or go on elsewhere without a session. */
export type Verdict = { user: UserRecord } | { to: string };

export type ProviderAsk = {
  headers: Pick<Headers, "get">;
  from: SignInOrigin;
  /** The page that was asked for. */
  page: string;
  /** Set-Cookie headers that the answer carries besides next-auth's own. */
  cookies: string[];
};

/**
 * Decides about somebody for whom a provider has vouched. With a fresh link ticket of the very session it links; else
 * it is a sign-in, for which a second factor is still asked. Every refusal is the same.
 */
export async function decide(vouched: Vouched, ask: ProviderAsk): Promise<Verdict> {
  try {
    const linked = await tryLink(vouched, ask);
    if (linked !== undefined) return { to: linked };
    const user = await personBehind(vouched, ask.from);
    if (user === undefined) return { to: "/?error=refused" };
    if (user.totpEnabledAt === null) {
      await noteSignIn(user, ask.from, vouched.provider);
      return { user };
    }
    const { id: userId, sessionVersion } = user;
    const ticket = { userId, sessionVersion, provider: vouched.provider };
    ask.cookies.push(cookieOf("code", await sealTicket("code", ticket, sessionSecret())));
    return { to: ask.page };
  } catch (error) {
    log().error({ err: error }, "sign-in at a provider failed");
    return { to: "/?error=failed" };
  }
}

/** Where a finished link leads; undefined: this is a sign-in. */
async function tryLink(vouched: Vouched, ask: ProviderAsk): Promise<string | undefined> {
  const value = readCookie(ask.headers.get("cookie"), ticketName("link"));
  if (value === undefined) return undefined;
  ask.cookies.push(cookieOf("link", ""));
  const ticket = await openTicket("link", value, sessionSecret());
  const session = await findSession(ask.headers);
  if (ticket === undefined || session === undefined) return undefined;
  const { user } = session;
  const isTheirs =
    ticket.userId === user.id &&
    ticket.sessionVersion === user.sessionVersion &&
    ticket.provider === vouched.provider;
  if (!isTheirs) return undefined;
  return (await link(user, vouched, ask.from))
    ? `/profile?linked=${vouched.provider}`
    : "/profile?linked=taken";
}

function cookieOf(kind: "code" | "link", value: string): string {
  return ticketCookie(kind, value, usesSecureCookies(config().publicUrl));
}
