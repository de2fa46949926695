import { z } from "zod";
import { decodeCursor, toPage } from "#lib/core/page";
import { isUuid, type PageOf } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Mail } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { urgentAt } from "./claim-store.ts";
import { escapeHtml } from "./escape-html.ts";
import { nameMark, textOf, unfilledUntil } from "./mail-body.ts";
import { oneTimeMark } from "./one-time.ts";
import {
  type ListMails,
  type MailAnswer,
  type MailAttachment,
  type MailDetail,
  type MailState,
  mailAttachments,
  mailStates,
} from "./schema.ts";

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

/** Who gets a mail of many: the token of their links sealed, null where they have none; their name as text. */
export type Recipient = {
  id: string;
  to: string;
  name: string;
  secret: Uint8Array<ArrayBuffer> | null;
  messageId: string;
};

/**
 * Puts one mail for each recipient into the outbox, in order. What they say is written once; claim-store.ts puts it into
 * each mail when a sender has room for it.
 */
export async function insertMails(
  tx: Transaction,
  body: Pick<NewMail, "id" | "subject" | "text" | "html" | "template" | "locale"> & {
    unsubscribeUrl: string;
  },
  recipients: readonly Recipient[],
): Promise<void> {
  const { id, subject, text, html, template, locale, unsubscribeUrl } = body;
  const column = <Key extends keyof Recipient>(key: Key) => recipients.map((recipient) => recipient[key]);
  await tx.mailBody.create({ data: { id, text, html } });
  await tx.$executeRaw`
    INSERT INTO mail (id, "to", subject, text, html, template, locale, unsubscribe_url, secret, message_id, body_id,
      body_name, next_try_at)
    SELECT r.id, r.address, ${subject}, '', '', ${template}, ${locale}, ${unsubscribeUrl}, r.secret, r.message_id,
      ${id}::uuid, r.name, ${unfilledUntil}
    FROM unnest(${column("id")}::uuid[], ${column("to")}::text[], ${column("name")}::text[],
      ${column("secret")}::bytea[], ${column("messageId")}::text[]) AS r (id, address, name, secret, message_id)`;
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
    include: { body: { select: { text: true } } },
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

/** One mail with its HTML as this reader gets it, and its sealed token. Undefined: there is none. */
export async function findMail(id: string): Promise<(StoredMail & { mail: MailDetail }) | undefined> {
  const row = isUuid(id) ? await prisma().mail.findUnique({ where: { id }, include: { body: true } }) : null;
  if (row === null) return undefined;
  const html = row.body?.html.replaceAll(nameMark, escapeHtml(row.bodyName ?? "")) ?? row.html;
  return { mail: { ...toAnswer(row), html }, secret: row.secret };
}

/**
 * Makes a mail due at once, under the Message-ID that it has. False where it cannot be: it is being sent, or its link's
 * token is kept no more.
 */
export async function queueAgain(tx: Transaction, id: string): Promise<boolean> {
  const queued = await tx.$executeRaw`
    UPDATE mail SET state = 'queued', last_error = NULL, sent_at = NULL,
      next_try_at = CASE WHEN body_id IS NULL THEN now() ELSE next_try_at END
    WHERE id = ${id}::uuid AND state <> 'sending'
      AND (secret IS NOT NULL OR (body_id IS NULL AND position(${oneTimeMark} in text) = 0))`;
  return queued > 0;
}

/** Deletes mails whose fate was settled before `before`; says how many. */
export async function deleteOldMails(before: Date): Promise<number> {
  const deleted = await prisma().mail.deleteMany({
    where: { createdAt: { lt: before }, state: { in: ["sent", "failed", "in_doubt"] } },
  });
  await prisma().mailBody.deleteMany({ where: { createdAt: { lt: before }, mails: { none: {} } } });
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

function attachmentOf(named: string | null): MailAttachment | null {
  return mailAttachments.find((kind) => named?.startsWith(`${kind} `)) ?? null;
}

function toAnswer(row: Omit<Mail, "html" | "secret"> & { body: { text: string } | null }): MailAnswer {
  const text = textOf(row);
  const nextTryAt = row.body === null ? row.nextTryAt : row.createdAt;
  const state = stateOf(row.state);
  const isOpen = state === "queued" || state === "retry";
  return {
    id: row.id,
    to: row.to,
    subject: row.subject,
    text,
    state,
    tries: row.tries,
    template: row.template,
    attachment: attachmentOf(row.attachment),
    locale: row.locale === "zh" ? "zh" : "en",
    lastError: row.lastError,
    nextTryAt: isOpen ? new Date(Math.max(nextTryAt.getTime(), row.createdAt.getTime())).toISOString() : null,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    messageId: row.messageId,
    hidesToken: text.includes(oneTimeMark),
  };
}

function stateOf(text: string): MailState {
  return mailStates.find((state) => state === text) ?? "failed";
}
