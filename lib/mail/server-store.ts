import { prisma } from "#lib/db/client";
import type { MailServer, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";

const ID = 1;

/** The mail server as entered by form, if it was. */
export async function findMailServer(
  on: Pick<Transaction, "mailServer"> = prisma(),
): Promise<MailServer | undefined> {
  return (await on.mailServer.findUnique({ where: { id: ID } })) ?? undefined;
}

/** Keeps the mail server; what waits for a better one is due at once. */
export async function writeMailServer(
  tx: Transaction,
  data: Omit<Prisma.MailServerCreateInput, "id" | "updatedAt">,
): Promise<MailServer> {
  const row = await tx.mailServer.upsert({ where: { id: ID }, create: { id: ID, ...data }, update: data });
  await tryAgainNow(tx);
  return row;
}

/** Forgets the mail server; SMTP_URL counts again, if it is set. */
export async function removeMailServer(tx: Transaction): Promise<void> {
  await tx.mailServer.deleteMany({ where: { id: ID } });
  await tryAgainNow(tx);
}

async function tryAgainNow(tx: Transaction): Promise<void> {
  await tx.$executeRaw`UPDATE mail SET next_try_at = now() WHERE state = 'retry'`;
}
