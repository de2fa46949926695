import type { Transaction } from "#lib/db/transaction";
import { config } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { seal } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { accentShades } from "#lib/site/accent";
import { logoPath, readLogo } from "#lib/site/store";
import { composeMail } from "./compose.ts";
import { hideToken } from "./one-time.ts";
import { insertMail } from "./outbox-store.ts";
import type { Brand, MailLocale } from "./template.ts";
import type { TemplateName } from "./template-names.ts";
import type { TemplateData } from "./templates/index.ts";

export type MailOrder<Name extends TemplateName> = {
  /** One address. */
  to: string;
  template: Name;
  data: TemplateData[Name];
  /** The reader's language. */
  locale: MailLocale;
  /** The one-time token in the mail's link (lib/mail/link-store.ts): kept sealed, and never shown in the outbox. */
  oneTime?: string;
  /** Somebody waits for it: its first try comes before all other mails, even while trouble with the server holds those up. */
  isUrgent?: boolean;
  /** A document that is made when the mail is sent (lib/mail/sender, `attach`): "receipt <order>", "statement <id>". */
  attachment?: string;
};

/**
 * Puts a mail into the outbox in the caller's transaction: it stands there, `queued`, when the request is answered, and
 * not at all if the transaction fails. The sender takes it from there. Answers the mail's id.
 */
export async function queueMail<Name extends TemplateName>(
  tx: Transaction,
  { to, template, data, locale, oneTime, isUrgent = false, attachment }: MailOrder<Name>,
): Promise<string> {
  const composed = await composeMail(template, data, locale, await readBrand(tx));
  const kept = oneTime === undefined ? composed : hideToken(composed, oneTime);
  const id = newId();
  const secret = oneTime === undefined ? null : seal(oneTime, "mail.secret");
  const mail = {
    id,
    to,
    template,
    locale,
    secret,
    messageId: messageIdOf(id),
    attachment: attachment ?? null,
    ...kept,
  };
  await insertMail(tx, mail, isUrgent);
  return id;
}

/** The site's name, colour and logo, as mails carry them. */
export async function readBrand(tx?: Transaction): Promise<Brand> {
  const settings = await readSettings(tx);
  const { publicUrl } = config();
  // Mail programs fetch it from wherever they are: without an address for them the name stands there.
  const logo = publicUrl === undefined ? undefined : await readLogo(tx);
  return {
    name: settings["site.name"],
    // White on it can be read, whatever was chosen.
    color: accentShades(settings["site.accent"] ?? defaultColor)[7],
    logoUrl:
      logo === undefined || publicUrl === undefined ? null : new URL(logoPath(logo.version), publicUrl).href,
  };
}

/** The console's own accent. */
const defaultColor = "#0a6079";

/** The same however often a mail is sent, so that a reader's mailbox can tell that it has it already. */
export function messageIdOf(id: string): string {
  const { publicUrl } = config();
  return `<${id}@${publicUrl === undefined ? "tollgate.localhost" : new URL(publicUrl).hostname}>`;
}
