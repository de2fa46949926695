import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields } from "#lib/core/errors";
import type { MailServer } from "#lib/db/generated/client";
import { inTransaction } from "#lib/db/transaction";
import { config } from "#lib/runtime/config";
import { peekSingleton } from "#lib/runtime/singletons";
import { open, seal } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { findUserById } from "#lib/users/store";
import { countWaiting } from "./claim-store.ts";
import { findMail } from "./outbox-store.ts";
import type { MailDetail, MailServerAnswer, PutMailServer } from "./schema.ts";
import type { MailSender } from "./sender/live.ts";
import { type MailServerConfig, type Security, securities, serverFromUrl } from "./server-address.ts";
import { findMailServer, removeMailServer, writeMailServer } from "./server-store.ts";
import { queueMail } from "./service.ts";

/** Where mail is handed over now: as entered by form, else SMTP_URL; undefined: nowhere, mails stay in the outbox. */
export async function currentMailServer(): Promise<MailServerConfig | undefined> {
  const row = await findMailServer();
  if (row === undefined) return fromEnvironment();
  return {
    ...shown(row),
    password: row.password === null ? "" : open(row.password, "mail.password"),
  };
}

/** The mail server without its password, how many mails wait, and what keeps this node from sending them. */
export async function describeMailServer(): Promise<MailServerAnswer> {
  const [row, waiting] = await Promise.all([findMailServer(), countWaiting()]);
  const trouble = peekSingleton<MailSender>("mail-sender")?.trouble() ?? null;
  const found = row === undefined ? await fromEnvironment() : shown(row);
  if (found === undefined) return { ...nothing, waiting, trouble: null };
  const hasPassword =
    row === undefined ? "password" in found && found.password !== "" : row.password !== null;
  return { ...found, source: row === undefined ? "environment" : "form", hasPassword, waiting, trouble };
}

const nothing = {
  source: "none",
  host: "",
  port: null,
  security: "starttls",
  username: "",
  hasPassword: false,
  sender: "",
  perMinute: null,
} as const;

/**
 * Keeps the mail server; what waits is tried with it at once, on every node, because each reads it before it sends.
 * Another server or user needs the password again: else whoever may edit this could have it sent to a place of his own.
 */
export async function putMailServer(actor: Actor, body: PutMailServer): Promise<MailServerAnswer> {
  await inTransaction(async (tx) => {
    const before = await findMailServer(tx);
    const data = {
      host: body.host,
      port: body.port,
      security: body.security,
      username: body.username ?? "",
      sender: body.sender,
      perMinute: body.perMinute ?? null,
      password: passwordOf(before, body),
    };
    const after = await writeMailServer(tx, data);
    await audit(tx, actor, {
      action: "mail-server.update",
      targetType: "mail-server",
      targetId: "mail-server",
      before: before && shown(before),
      after: { ...shown(after), ...(body.password ? { hasNewPassword: true } : {}) },
    });
  });
  return describeMailServer();
}

/** Forgets what was entered by form: SMTP_URL counts again, if it is set. */
export async function deleteMailServer(actor: Actor): Promise<void> {
  await inTransaction(async (tx) => {
    const before = await findMailServer(tx);
    if (before === undefined) return;
    await removeMailServer(tx);
    const target = { targetType: "mail-server", targetId: "mail-server" };
    await audit(tx, actor, { action: "mail-server.delete", ...target, before: shown(before) });
  });
}

/** Puts a test mail into the outbox, to `to` or the person who asks. How it fares is seen there. */
export async function sendTestMail(actor: Actor, to: string | undefined): Promise<MailDetail> {
  const person = actor.type === "user" ? await findUserById(actor.id) : undefined;
  const address = to ?? person?.email;
  if (address === undefined) throw invalidFields({ to: "a token has no address of its own: say where to" });
  if ((await currentMailServer()) === undefined) throw noMailServer();
  const id = await inTransaction(async (tx) => {
    const data = { by: actor.name, at: new Date().toISOString() };
    const id = await queueMail(tx, {
      to: address,
      template: "test-mail",
      data,
      locale: person?.locale ?? "en",
      isUrgent: true,
    });
    await audit(tx, actor, { action: "mail.test", targetType: "mail", targetId: id, after: { to: address } });
    return id;
  });
  const stored = await findMail(id);
  if (stored === undefined) throw new Error("a mail is gone right after it was written");
  return stored.mail;
}

async function fromEnvironment(): Promise<MailServerConfig | undefined> {
  const { smtpUrl, publicUrl } = config();
  if (smtpUrl === undefined) return undefined;
  const settings = await readSettings();
  return serverFromUrl(smtpUrl, { name: settings["site.name"], publicUrl });
}

function shown(row: MailServer): Omit<MailServerConfig, "password"> {
  const { host, port, username, sender, perMinute } = row;
  return { host, port, security: securityOf(row.security), username, sender, perMinute };
}

/** A check constraint keeps others out; for a newer release's the strictest is the safe reading. */
function securityOf(text: string): Security {
  return securities.find((security) => security === text) ?? "tls";
}

function passwordOf(before: MailServer | undefined, body: PutMailServer): Uint8Array<ArrayBuffer> | null {
  if (typeof body.password === "string") return seal(body.password, "mail.password");
  if (body.password === null || !before?.password) return null;
  const isElsewhere =
    before.host !== body.host || before.port !== body.port || before.username !== (body.username ?? "");
  // Without TLS the password could be read on the way.
  const isWeaker = before.security !== body.security;
  if (isElsewhere || isWeaker) {
    throw invalidFields({ password: "another server, user or encryption needs the password again" });
  }
  return Uint8Array.from(before.password);
}

function noMailServer(): AppError {
  return new AppError({
    code: "no_mail_server",
    status: 409,
    message: "There is no mail server yet: enter one first. Until then mails stay in the outbox.",
  });
}
