import { hostname } from "node:os";
import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpFailure } from "../outcome.ts";
import { isLoopback, type MailServerConfig } from "../server-address.ts";

/** A document that goes with a mail. */
export type Attachment = { fileName: string; contentType: string; content: Uint8Array<ArrayBuffer> };

/** A mail as it goes out, its one-time token in place. */
export type OutgoingMail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  createdAt: Date;
  /** Where one click ends such mails; null: it is not one of many. */
  unsubscribeUrl: string | null;
  attached?: Attachment | null;
};

/** A try that failed: how, and whether the content had been handed to the connection. */
export class SendFailure extends Error {
  override name = "SendFailure";
  readonly failure: SmtpFailure;
  readonly handedOver: boolean;

  constructor(failure: SmtpFailure, handedOver: boolean) {
    super(failure.message);
    this.failure = failure;
    this.handedOver = handedOver;
  }
}

/** An open connection to the mail server, signed in; one mail at a time. */
export type SmtpSession = {
  /**
   * Sends one mail. `beforeContent` is awaited when the server has asked for the content and before the first byte of it
   * goes out; if it throws, none does. Throws SendFailure.
   */
  send(mail: OutgoingMail, beforeContent: () => Promise<void>): Promise<void>;
  isOpen(): boolean;
  /** Makes the connection ready for another mail after one that was refused. Throws SendFailure. */
  reset(): Promise<void>;
  /** Says goodbye. */
  quit(): void;
  /** Cuts the connection; a send under way fails. */
  close(): void;
};

const CONNECT_MS = 10_000;

/** Connects, greets, encrypts and signs in, as `config` says. `idleMs`: longest silence of the server. Throws SendFailure. */
export async function openSmtp(config: MailServerConfig, idleMs = 30_000): Promise<SmtpSession> {
  const connection = new SMTPConnection({
    host: config.host,
    port: config.port,
    secure: config.security === "tls",
    requireTLS: config.security === "starttls",
    ignoreTLS: config.security === "none",
    name: hostname(),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: idleMs,
    tls: { rejectUnauthorized: !isLoopback(config.host) },
  });
  // What goes wrong while nobody sends is seen at the next send.
  connection.on("error", () => {});
  try {
    await step(connection, (done) => connection.connect(done));
    const { username: user, password: pass } = config;
    if (user !== "") await step(connection, (done) => connection.login({ user, pass }, done));
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    send: (mail, beforeContent) => send(connection, config.sender, mail, beforeContent),
    isOpen: () => !connection.destroyed,
    reset: () => step(connection, (done) => connection.reset(done)),
    quit: () => connection.quit(),
    close: () => connection.close(),
  };
}

type Done = (error?: SMTPConnection.SMTPError | null) => void;

/** One step of the conversation; a connection that is lost meanwhile ends it as well. */
function step(
  connection: SMTPConnection,
  start: (done: Done) => void,
  handedOver = () => false,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: SMTPConnection.SMTPError | null) => {
      connection.off("error", end);
      connection.off("end", onEnd);
      if (error) reject(new SendFailure(error, handedOver()));
      else resolve();
    };
    const closed = Object.assign(new Error("The connection was closed"), { code: "ECONNECTION" });
    // A server that says why it closes (421) is heard right after the end of its connection.
    const onEnd = () => setImmediate(() => end(closed));
    connection.once("error", end);
    connection.once("end", onEnd);
    start(end);
  });
}

/** RFC 3834: nobody's holiday notice need answer this. RFC 8058: one click ends mails that go to many. */
function headersOf({ unsubscribeUrl }: OutgoingMail): Record<string, string> {
  const own = { "Auto-Submitted": "auto-generated" };
  if (unsubscribeUrl === null) return own;
  return {
    ...own,
    Precedence: "bulk",
    "List-Unsubscribe": `<${unsubscribeUrl}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}

function attachmentOf({ fileName, contentType, content }: Attachment) {
  return { filename: fileName, contentType, content: Buffer.from(content) };
}

async function send(
  connection: SMTPConnection,
  sender: string,
  mail: OutgoingMail,
  beforeContent: () => Promise<void>,
): Promise<void> {
  const message = new MailComposer({
    from: sender,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    date: mail.createdAt,
    headers: { ...headersOf(mail) },
    ...(mail.attached ? { attachments: [attachmentOf(mail.attached)] } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const bytes = await message.build();
  const { from, to } = message.getEnvelope();
  let handedOver = false;
  // Read only once the server has asked for it.
  const content = new Readable({
    read() {
      beforeContent().then(
        () => {
          handedOver = true;
          this.push(bytes);
          this.push(null);
        },
        (error) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  await step(
    connection,
    (done) => connection.send({ from, to, size: bytes.length }, content, (error) => done(error)),
    () => handedOver,
  );
}
