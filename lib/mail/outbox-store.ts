import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";

/** A mail as it is kept: its texts without the one-time token, which stands sealed in `secret`. */
export type NewMail = {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  template: string;
  locale: string;
  secret: Uint8Array<ArrayBuffer> | null;
  messageId: string;
};

/** Puts a mail into the outbox, due at once. */
export async function insertMail(tx: Transaction, mail: NewMail): Promise<void> {
  await tx.mail.create({ data: mail });
}

/** Deletes mails whose fate was settled before `before`; says how many. */
export async function deleteOldMails(before: Date): Promise<number> {
  const deleted = await prisma().mail.deleteMany({
    where: { createdAt: { lt: before }, state: { in: ["sent", "failed", "in_doubt"] } },
  });
  return deleted.count;
}

/** Forgets the one-time tokens of mails from before `before`: their links work no more. */
export async function forgetTokens(before: Date): Promise<number> {
  const cleared = await prisma().mail.updateMany({
    where: { createdAt: { lt: before }, secret: { not: null } },
    data: { secret: null },
  });
  return cleared.count;
}
