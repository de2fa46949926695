import { z } from "zod";
import { decodeCursor, toPage } from "#lib/core/page";
import { isUuid, type PageOf } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Mail } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { urgentAt } from "./claim-store.ts";
import { escapeHtml } from "./escape-html.ts";
import { oneTimeMark } from "./one-time.ts";
import { type ListMails, type MailAnswer, type MailDetail, type MailState, mailStates } from "./schema.ts";

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
  attachment: string | null;
};

/** Puts a mail into the outbox, due at once; with `isUrgent` before all others (lib/mail/claim-store.ts). */
export async function insertMail(tx: Transaction, mail: NewMail, isUrgent: boolean): Promise<void> {
  await tx.mail.create({ data: isUrgent ? { ...mail, nextTryAt: urgentAt } : mail });
}

/** Who gets a mail of many: the token of their links sealed, their name as text. */
export type Recipient = {
  id: string;
  to: string;
  name: string;
  secret: Uint8Array<ArrayBuffer>;
  messageId: string;
};

/** Puts one mail for each recipient into the outbox, due at once, with the name where the body has `mark`. */
export async function insertMails(
  tx: Transaction,
  body: Pick<NewMail, "subject" | "text" | "html" | "template" | "locale"> & { unsubscribeUrl: string },
  recipients: readonly Recipient[],
  mark: string,
): Promise<void> {
  const { subject, text, html, template, locale, unsubscribeUrl } = body;
  const column = <Key extends keyof Recipient>(key: Key) => recipients.map((recipient) => recipient[key]);
  await tx.$executeRaw`
    INSERT INTO mail (id, "to", subject, text, html, template, locale, unsubscribe_url, secret, message_id)
    SELECT r.id, r.address, ${subject}, replace(${text}, ${mark}, r.name), replace(${html}, ${mark}, r.html_name),
      ${template}, ${locale}, ${unsubscribeUrl}, r.secret, r.message_id
    FROM unnest(${column("id")}::uuid[], ${column("to")}::text[], ${column("name")}::text[],
      ${column("name").map(escapeHtml)}::text[], ${column("secret")}::bytea[], ${column("messageId")}::text[])
      AS r (id, address, name, html_name, secret, message_id)`;
}

/** Ends mails that wait, with a reason: what they tell holds no more, or nobody wants them. */
export async function cancelMails(tx: Transaction, ids: readonly string[], reason: string): Promise<number> {
  if (ids.length === 0) return 0;
  return tx.$executeRaw`
    UPDATE mail SET state = 'failed', last_error = ${reason}
    WHERE id = ANY(${[...ids]}::uuid[]) AND state IN ('queued', 'retry')`;
}

/** A mail of the outbox with its sealed token, which stays on the server. */
export type StoredMail = { mail: MailAnswer; secret: Uint8Array | null };

/** One page of the outbox, newest first. `to` finds parts of addresses, in any case. */
export async function listMails(query: ListMails): Promise<PageOf<StoredMail>> {
  const before = decodeCursor(query.cursor, z.tuple([z.uuid()]));
  const { to, state, template } = query;
  const rows = await prisma().mail.findMany({
    where: {
      ...(before === undefined ? {} : { id: { lt: before[0] } }),
      ...(to === undefined ? {} : { to: { contains: to, mode: "insensitive" } }),
      ...(state === undefined ? {} : { state }),
      ...(template === undefined ? {} : { template }),
    },
    omit: { html: true },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return toPage(
    rows,
    query.limit,
    (row) => ({ mail: toAnswer(row), secret: row.secret }),
    (row) => [row.id],
  );
}

export async function findMail(id: string): Promise<(StoredMail & { mail: MailDetail }) | undefined> {
  const row = isUuid(id) ? await prisma().mail.findUnique({ where: { id } }) : null;
  if (row === null) return undefined;
  return { mail: { ...toAnswer(row), html: row.html }, secret: row.secret };
}

/**
 * Makes a mail due at once, under the Message-ID that it has. False where it cannot be: it is being sent, or its link's
 * token is kept no more.
 */
export async function queueAgain(tx: Transaction, id: string): Promise<boolean> {
  const queued = await tx.$executeRaw`
    UPDATE mail SET state = 'queued', next_try_at = now(), last_error = NULL, sent_at = NULL
    WHERE id = ${id}::uuid AND state <> 'sending'
      AND (secret IS NOT NULL OR position(${oneTimeMark} in text) = 0)`;
  return queued > 0;
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
    // Links that end a subscription work for as long as there is one.
    where: { createdAt: { lt: before }, secret: { not: null }, unsubscribeUrl: null },
    data: { secret: null },
  });
  return cleared.count;
}

function toAnswer(row: Omit<Mail, "html" | "secret">): MailAnswer {
  const state = stateOf(row.state);
  const isOpen = state === "queued" || state === "retry";
  return {
    id: row.id,
    to: row.to,
    subject: row.subject,
    text: row.text,
    state,
    tries: row.tries,
    template: row.template,
    locale: row.locale === "zh" ? "zh" : "en",
    lastError: row.lastError,
    nextTryAt: isOpen
      ? new Date(Math.max(row.nextTryAt.getTime(), row.createdAt.getTime())).toISOString()
      : null,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    messageId: row.messageId,
    hidesToken: row.text.includes(oneTimeMark),
  };
}

function stateOf(text: string): MailState {
  return mailStates.find((state) => state === text) ?? "failed";
}
