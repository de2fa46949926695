import { log } from "#lib/runtime/log";
import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { type Supervised, supervise } from "#lib/runtime/supervise";
import { open } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { mailPauseMs } from "../back-off.ts";
import {
  type Claim,
  type ClaimedMail,
  claimMails,
  giveBack,
  markContentSent,
  markNotSent,
  markSent,
  queueInDoubt,
  releaseClaims,
} from "../claim-store.ts";
import { oneTimeMark, showToken } from "../one-time.ts";
import { type Outcome, outcomeOf } from "../outcome.ts";
import { faster, firstPace, type Pace, slower } from "../pace.ts";
import type { MailServerConfig } from "../server-address.ts";
import { currentMailServer } from "../server-service.ts";
import { type Attachment, openSmtp, SendFailure, type SmtpSession } from "../smtp/send.ts";

/** What keeps mail from going out, as this node sees it. */
export type SendingTrouble = { reason: string; since: string; nextTryAt: string };
export type MailSender = { trouble(): SendingTrouble | null; stop(): Promise<void> };

type Options = {
  /** This node's name in its claims. */
  by: string;
  /** Nobody else sends under this name: what an earlier process has claimed under it is free. */
  isOwnName: boolean;
} & Partial<typeof defaults>;

const defaults = {
  tickMs: 1_000,
  /** Most mails on their way at a time, each over a connection of its own; as many as the server bears. */
  lanes: 8,
  /** Longest that one mail may take; its claim lasts longer. */
  deadlineMs: 90_000,
  leaseMs: 120_000,
  /** Longest silence of the server. */
  idleMs: 30_000,
  firstRetryMs: 30_000,
  /** After trouble with the server itself, for all mails. */
  firstPauseMs: 5_000,
  maxPauseMs: 300_000,
  giveUpAfterMs: 48 * 3_600_000,
  random: Math.random,
  /** Told of an address that the server knows for good to take nothing. */
  onBounce: async (_address: string, _reason: string): Promise<void> => {},
  /** Makes the document that a mail names, in its language; undefined: it cannot, and the mail is not sent without it. */
  attach: async (_attachment: string, _locale: string): Promise<Attachment | undefined> => undefined,
};

/** What the lanes of one sender have in common. */
type Sender = typeof defaults & {
  by: string;
  config: MailServerConfig;
  trouble: (SendingTrouble & { failures: number }) | null;
  pace: Pace;
  /** Connections that broke off since the server last took a mail. */
  cuts: number;
};

/**
 * Sends what stands in the outbox, for as long as this node runs. Every node may: a mail is claimed by one. Without a mail
 * server nothing happens, and mails stay readable in the outbox.
 */
export function startMailSender({ by, isOwnName, ...given }: Options): MailSender {
  const tuning = { ...defaults, ...given, by };
  const state: { sender: Sender | undefined } = { sender: undefined };
  const part: Supervised = supervise({
    name: "mail-sender",
    maxPauseMs: 30_000,
    async run(life) {
      await releaseClaims(isOwnName ? by : null);
      while (!life.signal.aborted) {
        state.sender = renewed(state.sender, await currentMailServer(), tuning);
        await releaseClaims(null);
        if (state.sender !== undefined) await sendAllDue(state.sender, life.signal);
        life.up();
        await life.pause(tuning.tickMs);
      }
    },
  });
  return setSingleton<MailSender>("mail-sender", {
    trouble: () => state.sender?.trouble ?? null,
    async stop() {
      clearSingleton("mail-sender");
      await part.stop();
    },
  });
}

/** The same sender while the server is the same; another server gets a fresh start. */
function renewed(
  standing: Sender | undefined,
  config: MailServerConfig | undefined,
  tuning: typeof defaults & { by: string },
): Sender | undefined {
  if (config === undefined) return undefined;
  if (standing !== undefined && JSON.stringify(standing.config) === JSON.stringify(config)) return standing;
  return { ...tuning, config, trouble: null, pace: firstPace, cuts: 0 };
}

/** A connection that carries one mail after the other, for as long as any are due. */
type Lane = { session: SmtpSession | undefined };

/** Mails that are claimed and wait for a lane, and the lanes that run. */
type Round = {
  held: { mail: ClaimedMail; sinceMs: number; isUrgent: boolean }[];
  isDry: boolean;
  claiming: Promise<void> | undefined;
  lanes: Set<Promise<void>>;
  failed: unknown[];
};

async function sendAllDue(sender: Sender, stopping: AbortSignal): Promise<void> {
  if ((await readSettings())["mail.resendInDoubt"]) {
    await queueInDoubt(new Date(Date.now() - sender.giveUpAfterMs));
  }
  const round: Round = { held: [], isDry: false, claiming: undefined, lanes: new Set(), failed: [] };
  const grow = () => {
    const wanted = Math.min(sender.pace.lanes, sender.lanes);
    while (round.lanes.size < wanted && !round.isDry && round.failed.length === 0) {
      const lane: Promise<void> = runLane(sender, round, stopping, grow)
        .catch((error) => void round.failed.push(error))
        .finally(() => round.lanes.delete(lane));
      round.lanes.add(lane);
    }
  };
  grow();
  while (round.lanes.size > 0) await Promise.race(round.lanes);
  await giveBack(
    sender.by,
    round.held.map(({ mail }) => mail.id),
  );
  if (round.failed.length > 0) throw round.failed[0];
}

async function runLane(sender: Sender, round: Round, stopping: AbortSignal, grow: () => void): Promise<void> {
  const lane: Lane = { session: undefined };
  try {
    while (!stopping.aborted && round.lanes.size <= sender.pace.lanes) {
      const mail = await nextMail(sender, round);
      if (mail === undefined) break;
      await deliver(sender, lane, mail, stopping);
      grow();
    }
  } finally {
    lane.session?.quit();
  }
}

/**
 * Claims are made for several at once: a handful for each lane. What waited here for long may be another's already; while
 * trouble holds mails up, only urgent ones are tried.
 */
async function nextMail(sender: Sender, round: Round): Promise<ClaimedMail | undefined> {
  for (;;) {
    const next = round.held.shift();
    if (next !== undefined) {
      const isOld = Date.now() - next.sinceMs > sender.leaseMs / 3;
      if (!isOld && (next.isUrgent || !mustWait(sender))) return next.mail;
      await giveBack(sender.by, [next.mail.id]);
    } else if (round.isDry || round.failed.length > 0) return undefined;
    else {
      round.claiming ??= claim(sender, round).finally(() => {
        round.claiming = undefined;
      });
      await round.claiming;
    }
  }
}

const HELD_PER_LANE = 4;

async function claim(sender: Sender, round: Round): Promise<void> {
  const sinceMs = Date.now();
  const { leaseMs, config, pace } = sender;
  const isUrgentOnly = mustWait(sender);
  const most = pace.lanes * HELD_PER_LANE;
  const terms = { leaseMs, perMinute: config.perMinute, most, isUrgentOnly };
  const mails = await claimMails(sender.by, terms);
  round.isDry = mails.length === 0;
  round.held.push(...mails.map((mail) => ({ mail, sinceMs, isUrgent: isUrgentOnly })));
}

function mustWait({ trouble }: Sender): boolean {
  return trouble !== null && Date.now() < Date.parse(trouble.nextTryAt);
}

async function deliver(sender: Sender, lane: Lane, mail: ClaimedMail, stopping: AbortSignal): Promise<void> {
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
  note(sender, failed, lane.session !== undefined);
  await makeReady(lane, failed);
  log().warn(
    { mailId: mail.id, outcome: failed.kind, reason: failed.reason, tries: mail.tries },
    "a mail was not sent",
  );
  if (failed.isBounce) await sender.onBounce(mail.to, failed.reason);
  await markNotSent(claim, ...fateOf(sender, mail, failed));
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

/**
 * Trouble with the server holds all mails up, longer each time it lasts. A server that wants less first gets fewer
 * connections; one that drops a conversation here and there is not away.
 */
function note(sender: Sender, { kind, reason, isCut = false }: Outcome, wasConnected: boolean): void {
  if (kind !== "server" && kind !== "slow") return;
  if (kind === "slow") {
    const { lanes } = sender.pace;
    sender.pace = slower(sender.pace);
    if (lanes > 1) return;
  }
  if (isCut && wasConnected) {
    sender.cuts += 1;
    if (sender.cuts <= sender.pace.lanes) return;
  }
  const failures = (sender.trouble?.failures ?? 0) + 1;
  const pauseMs = Math.min(mailPauseMs(failures, sender.random(), sender.firstPauseMs), sender.maxPauseMs);
  sender.trouble = {
    reason,
    failures,
    since: sender.trouble?.since ?? new Date().toISOString(),
    nextTryAt: new Date(Date.now() + pauseMs).toISOString(),
  };
}

function fateOf(
  sender: Sender,
  mail: ClaimedMail,
  { kind, reason }: Outcome,
): [state: "retry" | "failed" | "in_doubt", reason: string, pauseMs: number] {
  if (kind === "failed" || kind === "in_doubt") return [kind, reason, 0];
  // What only waits for the server is due when the server is tried again.
  const pauseMs =
    kind === "server" && sender.trouble !== null
      ? Math.max(0, Date.parse(sender.trouble.nextTryAt) - Date.now())
      : mailPauseMs(mail.tries, sender.random(), sender.firstRetryMs);
  const isTooOld = Date.now() + pauseMs - mail.createdAt.getTime() > sender.giveUpAfterMs;
  return isTooOld
    ? ["failed", `Given up after ${mail.tries} tries: ${reason}`, 0]
    : ["retry", reason, pauseMs];
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
