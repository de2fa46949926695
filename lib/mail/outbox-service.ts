import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, notFound } from "#lib/core/errors";
import type { PageOf } from "#lib/core/shapes";
import { inTransaction } from "#lib/db/transaction";
import { open } from "#lib/secrets/live";
import { showToken } from "./one-time.ts";
import { findMail, listMails, queueAgain, type StoredMail } from "./outbox-store.ts";
import type { ListMails, MailAnswer, MailDetail } from "./schema.ts";
import { currentMailServer } from "./server-service.ts";

/** One page of the outbox, newest first; tokens as in `readMail`. */
export async function readMails(actor: Actor, query: ListMails): Promise<PageOf<MailAnswer>> {
  const [page, maySee] = await Promise.all([listMails(query), maySeeTokens(actor)]);
  return { ...page, items: page.items.map((stored) => (maySee ? withToken(stored) : stored.mail)) };
}

/**
 * One mail. Its one-time token is hidden, but from an owner while there is no mail server: then the outbox is the only
 * way to it. Throws 404.
 */
export async function readMail(actor: Actor, id: string): Promise<MailDetail> {
  const stored = await findMail(id);
  if (stored === undefined) throw notFound("mail");
  if (!(await maySeeTokens(actor))) return stored.mail;
  const { html } = stored.mail;
  const token = tokenOf(stored);
  return { ...withToken(stored), html: token === undefined ? html : showToken(html, token) };
}

/**
 * Sends a mail again, or now, under the same Message-ID. Throws 404; 409 `mail_is_being_sent`, or `link_is_spent` where
 * its one-time link is not kept any more.
 */
export async function resendMail(actor: Actor, id: string): Promise<MailDetail> {
  const before = (await findMail(id))?.mail;
  if (before === undefined) throw notFound("mail");
  await inTransaction(async (tx) => {
    if (!(await queueAgain(tx, id))) throw cannotResend(before);
    const was = { state: before.state, tries: before.tries };
    await audit(tx, actor, { action: "mail.resend", targetType: "mail", targetId: id, before: was });
  });
  return readMail(actor, id);
}

function cannotResend(mail: MailDetail): AppError {
  if (mail.state === "sending") {
    const message = "This mail is being sent. Wait until it is known whether it arrived.";
    return new AppError({ code: "mail_is_being_sent", status: 409, message });
  }
  const message = "The one-time link in this mail is spent: make a new one where this one was made.";
  return new AppError({ code: "link_is_spent", status: 409, message });
}

/** A program may not: with the link of an invitation or a reset it could become somebody. */
async function maySeeTokens(actor: Actor): Promise<boolean> {
  return actor.type === "user" && actor.role === "owner" && (await currentMailServer()) === undefined;
}

function withToken(stored: StoredMail): MailAnswer {
  const token = tokenOf(stored);
  if (token === undefined) return stored.mail;
  return { ...stored.mail, text: showToken(stored.mail.text, token), hidesToken: false };
}

function tokenOf({ secret }: StoredMail): string | undefined {
  return secret === null ? undefined : open(secret, "mail.secret");
}
