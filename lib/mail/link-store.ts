import { createHash, randomBytes } from "node:crypto";
import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";

/** Longest that a link in a mail may work. */
export const maxLinkMs = 24 * 3_600_000;

/** What a link does, and on what: one made for an action works for no other. */
export type LinkTarget = { action: string; subject: string };

/**
 * Makes the token of a link that works once, for `action` on `subject`, for at most 24 hours: 256 bits, of which only
 * the hash is kept. The page it leads to shows with `findLink` and acts, on POST, with `takeLink`.
 */
export async function createLink(
  tx: Transaction,
  { action, subject }: LinkTarget,
  options: { now: Date; lastsMs?: number },
): Promise<{ token: string; expiresAt: Date }> {
  const lastsMs = Math.min(options.lastsMs ?? maxLinkMs, maxLinkMs);
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(options.now.getTime() + lastsMs);
  await tx.oneTimeToken.create({ data: { hash: hashOf(token), purpose: action, subject, expiresAt } });
  return { token, expiresAt };
}

/** What a link would act on: its subject, while it works. Looking does not use it up: mail programs look as well. */
export async function findLink(
  action: string,
  token: string,
  now: Date,
): Promise<{ subject: string; expiresAt: Date } | undefined> {
  const found = await prisma().oneTimeToken.findFirst({ where: open(action, token, now) });
  return found?.subject ? { subject: found.subject, expiresAt: found.expiresAt } : undefined;
}

/** Uses a link up, in the transaction of what it does; undefined if it was used, has expired or is for something else. */
export async function takeLink(
  tx: Transaction,
  action: string,
  token: string,
  now: Date,
): Promise<string | undefined> {
  const [taken] = await tx.oneTimeToken.updateManyAndReturn({
    where: open(action, token, now),
    data: { usedAt: now },
  });
  return taken?.subject ?? undefined;
}

/** Ends all open links for an action on a subject: a newer one was made, or what they were for is gone. */
export async function revokeLinks(
  tx: Transaction,
  { action, subject }: LinkTarget,
  now: Date,
): Promise<void> {
  await tx.oneTimeToken.updateMany({
    where: { purpose: action, subject, usedAt: null },
    data: { usedAt: now },
  });
}

/** Forgets links that nobody can use any more. */
export async function deleteSpentLinks(before: Date): Promise<number> {
  const deleted = await prisma().oneTimeToken.deleteMany({ where: { expiresAt: { lt: before } } });
  return deleted.count;
}

function open(action: string, token: string, now: Date) {
  return { hash: hashOf(token), purpose: action, usedAt: null, expiresAt: { gt: now } };
}

function hashOf(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(token).digest());
}
