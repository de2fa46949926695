import { plainText } from "./plain-text.ts";
import type { Brand, MailContent, MailLocale } from "./template.ts";
import type { TemplateName } from "./template-names.ts";
import { type TemplateData, templates } from "./templates/index.ts";

export type Composed = { readonly subject: string; readonly text: string; readonly html: string };

/** Writes a mail: subject, text and HTML, in the reader's language and the site's own look. */
export async function composeMail<Name extends TemplateName>(
  template: Name,
  data: TemplateData[Name],
  locale: MailLocale,
  brand: Brand,
): Promise<Composed> {
  const content: MailContent = templates[template](data, locale, brand);
  // Only who writes a mail pays for loading what lays it out.
  const { htmlDocument } = await import("./document.ts");
  return {
    subject: onOneLine(content.subject),
    text: plainText(content, brand),
    html: await htmlDocument(content, brand, locale),
  };
}

/**
 * Loads what lays mails out, which takes a while the first time. Await it before a transaction that holds locks while
 * it writes a mail: on a busy machine the wait could outlast what an idle transaction is given.
 */
export async function loadLayout(): Promise<void> {
  await import("./document.ts");
}

/** A line break in a name must not begin a new header. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, " ").trim();
}
