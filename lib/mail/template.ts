/** Languages that mails are written in. */
export const mailLocales = ["en", "zh"] as const;
export type MailLocale = (typeof mailLocales)[number];

/** Whose mail it is: what the site calls itself, its colour, and where its logo can be fetched, if anywhere. */
export type Brand = { readonly name: string; readonly color: string; readonly logoUrl: string | null };

/** What a mail says, before it has a form: HTML and text are both made of this. */
export type MailContent = {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** Name and value, as in "Amount: 12.50 USD". */
  readonly facts?: readonly (readonly [string, string])[];
  readonly button?: { readonly label: string; readonly href: string };
  /** Longer parts, each with a heading, safe HTML and the same as plain text, figures, and where to read on. */
  readonly sections?: readonly MailSection[];
  /** Links that stand small below everything: how to change or end what one gets. */
  readonly footLinks?: readonly { readonly label: string; readonly href: string }[];
  /** What stands small below: until when it counts, what to do if one did not ask for it. */
  readonly notes?: readonly string[];
};

/** A part of a mail that tells several things. `heading` is left out where the mail has only one part. */
export type MailSection = {
  readonly heading?: string;
  readonly lead?: string;
  readonly html: string;
  readonly text: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly link: { readonly label: string; readonly href: string };
};

/** A template: what is told of an event, in one of the languages. */
export type Template<Data> = (data: Data, locale: MailLocale, brand: Brand) => MailContent;

/** A moment as a reader of the language expects it, in UTC and saying so. */
export function momentText(at: string, locale: MailLocale): string {
  const format = new Intl.DateTimeFormat(locale === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(new Date(at))} UTC`;
}
