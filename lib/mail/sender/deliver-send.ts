import { log } from "#lib/runtime/log";
import { open } from "#lib/secrets/live";
import { type Claim, type ClaimedMail, markContentSent, markNotSent, markSent } from "../claim-store.ts";
import { oneTimeMark, showToken } from "../one-time.ts";
import { type Outcome, outcomeOf } from "../outcome.ts";
import { faster } from "../pace.ts";
import { type Attachment, openSmtp, SendFailure, type SmtpSession } from "../smtp/send.ts";
import type { Sender } from "./live.ts";
import { fateOf, noteTrouble } from "./trouble.ts";

/** A connection that carries one mail after the other, for as long as any are due. */
export type Lane = { session: SmtpSession | undefined };

/** Sends one mail over a lane's connection and keeps what became of it. */
export async function deliver(
  sender: Sender,
  lane: Lane,
  mail: ClaimedMail,
  stopping: AbortSignal,
): Promise<void> {
  const claim: Claim = { id: mail.id, by: sender.by, tries: mail.tries };
  if (mail.secret === null && mail.text.includes(oneTimeMark)) {
    return markNotSent(claim, "failed", "The link in it has expired.");
  }
  const failed = await tryToSend(sender, lane, mail, claim, stopping);
  if (failed === undefined) {
    sender.trouble = null;
    sender.cuts = 0;
    sender.pace = faster(sender.pace, sender.lanes);
    await persistently(() => markSent(claim), sender.leaseMs);
    return;
  }
  noteTrouble(sender, failed, { wasConnected: lane.session !== undefined, nowMs: Date.now() });
  await makeReady(lane, failed);
  log().warn(
    { mailId: mail.id, outcome: failed.kind, reason: failed.reason, tries: mail.tries },
    "a mail was not sent",
  );
  if (failed.isBounce) await sender.onBounce(mail.to, failed.reason);
  await markNotSent(claim, ...fateOf(sender, mail, failed, Date.now()));
}

/** A mail that was refused by a word leaves the connection as it was; a conversation that broke off gets a fresh one. */
async function makeReady(lane: Lane, { kind }: Outcome): Promise<void> {
  if (lane.session?.isOpen() && (kind === "retry" || kind === "failed")) {
    try {
      return await lane.session.reset();
    } catch (error) {
      if (!(error instanceof SendFailure)) throw error;
    }
  }
  lane.session?.close();
  lane.session = undefined;
}

/** Undefined if the server took it; else what its not being taken means. */
async function tryToSend(
  sender: Sender,
  lane: Lane,
  mail: ClaimedMail,
  claim: Claim,
  stopping: AbortSignal,
): Promise<Outcome | undefined> {
  const cut = () => lane.session?.close();
  const deadline = setTimeout(cut, sender.deadlineMs);
  const lastWords = () => setTimeout(cut, STOP_WITHIN_MS).unref();
  stopping.addEventListener("abort", lastWords, { once: true });
  try {
    const attached = mail.attachment === null ? null : await made(sender, mail.attachment, mail.locale);
    const session = await sessionOf(sender, lane);
    await session.send({ ...unsealed(mail), attached }, async () => {
      if (!(await markContentSent(claim, sender.leaseMs))) throw new Error("the claim on this mail was lost");
    });
    return undefined;
  } catch (error) {
    if (error instanceof SendFailure) return outcomeOf(error.failure, error.handedOver);
    return { kind: "retry", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(deadline);
    stopping.removeEventListener("abort", lastWords);
  }
}

const STOP_WITHIN_MS = 10_000;

/** Throws when there is no such document (yet): the mail waits for it as for a server that says "not now". */
async function made(sender: Sender, attachment: string, locale: string): Promise<Attachment> {
  const found = await sender.attach(attachment, locale);
  if (found === undefined) throw new Error(`What is to be attached cannot be made: ${attachment}.`);
  return found;
}

async function sessionOf(sender: Sender, lane: Lane): Promise<SmtpSession> {
  if (lane.session?.isOpen()) return lane.session;
  lane.session = undefined;
  lane.session = await openSmtp(sender.config, sender.idleMs);
  return lane.session;
}

function unsealed({ secret, ...mail }: ClaimedMail): ClaimedMail {
  if (secret === null) return { ...mail, secret };
  const token = open(secret, "mail.secret");
  const shown = (text: string) => showToken(text, token);
  const unsubscribeUrl = mail.unsubscribeUrl && shown(mail.unsubscribeUrl);
  return { ...mail, secret, text: shown(mail.text), html: shown(mail.html), unsubscribeUrl };
}

/** What the server has taken must be written down, or it would be in doubt: tried for as long as the lease lasts. */
async function persistently(write: () => Promise<void>, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
