import { z } from "zod";
import { isPlainText, lineInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { securities } from "./server-address.ts";
import { mailLocales } from "./template.ts";

export const mailStates = ["queued", "sending", "sent", "retry", "failed", "in_doubt"] as const;
export type MailState = (typeof mailStates)[number];

/** Documents that go with mails: PDFs, drawn when the mail is sent. */
export const mailAttachments = ["receipt", "statement"] as const;
export type MailAttachment = (typeof mailAttachments)[number];

const mailFields = {
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z
    .string()
    .meta({ description: "One-time tokens are hidden, but from an owner while there is no mail server" }),
  state: z.enum(mailStates).meta({
    description:
      "`in_doubt`: the content was on its way when the sender ended or the connection broke; it is not sent again by itself",
  }),
  tries: z.number().int(),
  template: z.string(),
  attachment: z
    .enum(mailAttachments)
    .nullable()
    .meta({ description: "The PDF that goes with it, drawn anew for every try" }),
  locale: z.enum(mailLocales),
  lastError: z.string().nullable(),
  nextTryAt: timeAnswer.nullable().meta({ description: "Null unless it is still to be sent" }),
  createdAt: timeAnswer,
  sentAt: timeAnswer.nullable(),
  messageId: z.string(),
  hidesToken: z.boolean().meta({ description: "Text and HTML carry a mark where the one-time token stands" }),
};

/** A mail of the outbox, as a list shows it. */
export const mailAnswer = z.object(mailFields).meta({ id: "Mail" });

/** One mail with its HTML. */
export const mailDetailAnswer = z.object({ ...mailFields, html: z.string() }).meta({ id: "MailDetail" });

export const listMailsQuery = z.strictObject({
  ...pageFields,
  to: lineInput(254).optional(),
  state: z.enum(mailStates).optional(),
  template: lineInput(64).optional(),
});

export const mailPage = pageAnswer(mailAnswer);

const address = z.email("an e-mail address is expected").max(254);

/** Where mail is handed over. The password never comes back. */
export const mailServerAnswer = z
  .object({
    source: z.enum(["form", "environment", "none"]).meta({
      description: "Entered by form; taken from SMTP_URL; or there is none and mails stay in the outbox",
    }),
    host: z.string(),
    port: z.number().int().nullable(),
    security: z.enum(securities),
    username: z.string(),
    hasPassword: z.boolean(),
    sender: z.string(),
    perMinute: z.number().int().nullable(),
    waiting: z.number().int().meta({ description: "Mails that are still to be sent" }),
    trouble: z
      .object({ reason: z.string(), since: timeAnswer, nextTryAt: timeAnswer })
      .nullable()
      .meta({ description: "What keeps the answering node from sending" }),
  })
  .meta({ id: "MailServer" });

export const putMailServerBody = z.strictObject({
  host: lineInput(253).regex(/^[A-Za-z0-9.:_-]+$/, "a host name or an IP address is expected"),
  port: z
    .number()
    .int()
    .min(1, "a port from 1 to 65535 is expected")
    .max(65_535, "a port from 1 to 65535 is expected"),
  security: z.enum(securities),
  username: lineInput(254).optional(),
  password: z
    .string()
    .min(1, "leave it out to keep the one that stands")
    .max(1_000)
    .refine(isPlainText, "control characters are not allowed")
    .nullish()
    .meta({ description: "Left out: the one that stands is kept; null: none" }),
  sender: lineInput(320).refine(
    (text) => isSender(text),
    "an address such as no-reply@example.com, or Name <no-reply@example.com>, is expected",
  ),
  perMinute: z.number().int().min(1, "at least 1 is expected").max(100_000).nullish(),
});

export const testMailBody = z.strictObject({
  to: address.optional().meta({ description: "Default: the person who asks" }),
});

export type MailAnswer = z.infer<typeof mailAnswer>;
export type MailDetail = z.infer<typeof mailDetailAnswer>;
export type ListMails = z.infer<typeof listMailsQuery>;
export type MailServerAnswer = z.infer<typeof mailServerAnswer>;
export type PutMailServer = z.infer<typeof putMailServerBody>;

function isSender(text: string): boolean {
  const inside = /^[^<>]*<([^<>]+)>$/.exec(text)?.[1] ?? text;
  return address.safeParse(inside.trim()).success;
}
