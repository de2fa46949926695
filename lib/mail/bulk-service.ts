import type { Transaction } from "#lib/db/transaction";
import { newId } from "#lib/runtime/id";
import { seal } from "#lib/secrets/live";
import { composeMail } from "./compose.ts";
import { oneTimeMark } from "./one-time.ts";
import { cancelMails, insertMails } from "./outbox-store.ts";
import { messageIdOf, readBrand } from "./service.ts";
import type { MailLocale } from "./template.ts";
import type { TemplateName } from "./template-names.ts";
import type { TemplateData } from "./templates/index.ts";

/** Stands in a composed mail's links where each reader's token goes. */
export const tokenMark = oneTimeMark;

/** Why a mail without a token is not sent: its reader could not end the subscription by it. */
const NO_TOKEN =
  "The sealed key of this subscriber's links cannot be opened. Delete the subscriber and let them subscribe again.";

/** A mail written once for all who get the same, their names and tokens still to be put in. */
export type BulkBody = {
  subject: string;
  text: string;
  html: string;
  template: TemplateName;
  locale: MailLocale;
  unsubscribeUrl: string;
};

/** Writes a mail for many: its data hold `tokenMark` and, where the reader is greeted, `nameMark`. */
export async function composeBulk<Name extends "announcement" | "announcement-digest">(
  template: Name,
  data: TemplateData[Name],
  locale: MailLocale,
  unsubscribeUrl: string,
): Promise<BulkBody> {
  const composed = await composeMail(template, data, locale, await readBrand());
  return { ...composed, template, locale, unsubscribeUrl };
}

/**
 * Puts one mail for each reader into the outbox, in the caller's transaction, due at once but after all other mails.
 * Answers their ids, in the readers' order. A reader without a token has a mail that failed, and says why.
 */
export async function queueBulk(
  tx: Transaction,
  body: BulkBody,
  readers: readonly { to: string; name: string; token: string | null }[],
): Promise<string[]> {
  const recipients = readers.map(({ to, name, token }) => {
    const id = newId();
    const secret = token === null ? null : seal(token, "mail.secret");
    return { id, to, name, secret, messageId: messageIdOf(id) };
  });
  await insertMails(tx, { ...body, id: newId() }, recipients);
  const untold = recipients.filter(({ secret }) => secret === null);
  await cancelMails(
    tx,
    untold.map(({ id }) => id),
    NO_TOKEN,
  );
  return recipients.map(({ id }) => id);
}
