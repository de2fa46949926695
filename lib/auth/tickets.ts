import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { minuteMs, secondMs } from "#lib/core/time";

/**
 * What a browser keeps between two steps of one sign-in, encrypted and only ever read by us: that a provider has
 * vouched for somebody whose code is still to come ("code"), or that somebody who has entered their password is about
 * to link a provider ("link"). Each kind under a salt of its own: none is a session, or the other kind.
 */
export type TicketKind = "code" | "link";
export type Ticket = { userId: string; sessionVersion: number; provider: string };

const lastsSeconds = (10 * minuteMs) / secondMs;
const shape = z.object({ userId: z.string(), sessionVersion: z.number().int(), provider: z.string() });

/** The cookie's value; it counts for ten minutes. */
export function sealTicket(kind: TicketKind, ticket: Ticket, secret: string): Promise<string> {
  return encode({ token: { ...ticket }, secret, maxAge: lastsSeconds, salt: saltOf(kind) });
}

/** Undefined for none, another kind, one that was changed or is too old. */
export async function openTicket(
  kind: TicketKind,
  value: string | undefined,
  secret: string,
): Promise<Ticket | undefined> {
  if (value === undefined || value === "") return undefined;
  const claims = await decode({ token: value, secret, salt: saltOf(kind) }).catch(() => null);
  const read = shape.safeParse(claims);
  return read.success ? read.data : undefined;
}

/** The Set-Cookie header that keeps a ticket, or ("") ends it. */
export function ticketCookie(kind: TicketKind, value: string, isSecure: boolean): string {
  const age = value === "" ? 0 : lastsSeconds;
  return `${ticketName(kind)}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
}

/** The name of the cookie that ticketCookie sets, to read its value by. */
export function ticketName(kind: TicketKind): string {
  return `tollgate-${kind}`;
}

function saltOf(kind: TicketKind): string {
  return `tollgate ticket ${kind}`;
}
