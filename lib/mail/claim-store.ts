import { prisma } from "#lib/db/client";
import type { Mail } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { nameMark } from "./mail-body.ts";
import { oneTimeMark } from "./one-time.ts";

/** A mail that this node alone may send now, until its lease ends. */
export type ClaimedMail = Pick<
  Mail,
  | "id"
  | "to"
  | "subject"
  | "text"
  | "html"
  | "secret"
  | "messageId"
  | "tries"
  | "createdAt"
  | "unsubscribeUrl"
  | "attachment"
  | "locale"
>;

const FILLED_AT_ONCE = 100;

/** Who holds a claim: `by` a sender, at its `tries`-th try of the mail. */
export type Claim = { id: string; by: string; tries: number };

/** Due since ever, and so before all others: the first try of a mail that somebody waits for. */
export const urgentAt = new Date(0);

/** For how long claims hold, how many at most (urgent ones alone?), and how many all nodes may hand over in a minute. */
export type ClaimTerms = { leaseMs: number; perMinute: number | null; most: number; isUrgentOnly: boolean };

/**
 * Claims the mails that are due longest; those to subscribers come after all others, so that nobody waits for a link
 * behind ten thousand announcements. None when none is due, or when all nodes together have handed over `perMinute` in
 * the last minute.
 */
export async function claimMails(
  by: string,
  { leaseMs, perMinute, most, isUrgentOnly }: ClaimTerms,
): Promise<ClaimedMail[]> {
  return prisma().$transaction(async (tx) => {
    let room = most;
    if (perMinute !== null) {
      // One node after the other counts and claims, or two would both take the last place of the minute.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('tollgate mail pace', 0))`;
      const [count] = await tx.$queryRaw<{ taken: bigint }[]>`
        SELECT count(*) AS taken FROM mail
        WHERE data_at > now() - interval '1 minute' OR (state = 'sending' AND data_at IS NULL)`;
      room = Math.min(most, perMinute - Number(count?.taken ?? 0n));
      if (room <= 0) return [];
    }
    const single = await claimDue(
      tx,
      by,
      leaseMs,
      isUrgentOnly ? await findUrgent(tx, room) : await findSingle(tx, room),
    );
    if (isUrgentOnly || single.length === room) return single;
    return [...single, ...(await claimDue(tx, by, leaseMs, await findBulk(tx, room - single.length)))];
  });
}

type Due = { id: string }[];

function findUrgent(tx: Transaction, most: number): Promise<Due> {
  return tx.$queryRaw`
    SELECT id FROM mail WHERE state IN ('queued', 'retry') AND unsubscribe_url IS NULL AND next_try_at <= ${urgentAt}
    ORDER BY next_try_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED`;
}

function findSingle(tx: Transaction, most: number): Promise<Due> {
  return tx.$queryRaw`
    SELECT id FROM mail WHERE state IN ('queued', 'retry') AND unsubscribe_url IS NULL AND next_try_at <= now()
    ORDER BY next_try_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED`;
}

/** Mails that share a body are filled as they are wanted: here, so that only what a sender has room for waits for it. */
async function findBulk(tx: Transaction, most: number): Promise<Due> {
  const due = await findFilled(tx, most);
  if (due.length === most) return due;
  const filled = await tx.$executeRaw`
    WITH wanted AS (SELECT id FROM mail WHERE body_id IS NOT NULL AND state = 'queued'
                    ORDER BY body_id, id LIMIT ${Math.max(most, FILLED_AT_ONCE)} FOR UPDATE SKIP LOCKED)
    UPDATE mail m SET text = replace(b.text, ${nameMark}, m.body_name), body_id = NULL, body_name = NULL,
      html = replace(b.html, ${nameMark}, replace(replace(replace(replace(replace(m.body_name,
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;')),
      next_try_at = now()
    FROM wanted, mail_body b WHERE m.id = wanted.id AND b.id = m.body_id`;
  return filled === 0 ? due : findFilled(tx, most);
}

function findFilled(tx: Transaction, most: number): Promise<Due> {
  return tx.$queryRaw`
    SELECT id FROM mail WHERE state IN ('queued', 'retry') AND unsubscribe_url IS NOT NULL AND next_try_at <= now()
    ORDER BY next_try_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED`;
}

async function claimDue(tx: Transaction, by: string, leaseMs: number, due: Due): Promise<ClaimedMail[]> {
  const ids = due.map(({ id }) => id);
  if (ids.length === 0) return [];
  const claimed = await tx.$queryRaw<ClaimedMail[]>`
    UPDATE mail SET state = 'sending', tries = tries + 1, claimed_by = ${by}, data_at = NULL, last_error = NULL,
      lease_until = now() + ${leaseMs} * interval '1 millisecond'
    WHERE id = ANY(${ids}::uuid[])
    RETURNING id, "to", subject, text, html, secret, message_id AS "messageId", tries, created_at AS "createdAt",
      unsubscribe_url AS "unsubscribeUrl", attachment, locale`;
  // RETURNING has an order of its own.
  const place = new Map(ids.map((id, index) => [id, index]));
  return claimed.sort((one, other) => (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0));
}

/** Gives back claims whose mails this sender will not get to: they keep their place, their try does not count. */
export async function giveBack(by: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await prisma().$executeRaw`
    UPDATE mail SET state = CASE WHEN tries = 1 THEN 'queued' ELSE 'retry' END, tries = tries - 1, claimed_by = NULL, lease_until = NULL
    WHERE id = ANY(${[...ids]}::uuid[]) AND claimed_by = ${by} AND state = 'sending' AND data_at IS NULL`;
}

/** Writes down that the content is about to go out; false if the claim is lost, and then it must not. */
export async function markContentSent(claim: Claim, leaseMs: number): Promise<boolean> {
  const marked = await prisma().$executeRaw`
    UPDATE mail SET data_at = now(), lease_until = now() + ${leaseMs} * interval '1 millisecond'
    WHERE id = ${claim.id}::uuid AND claimed_by = ${claim.by} AND tries = ${claim.tries} AND state = 'sending'`;
  return marked > 0;
}

/** The server took it. That is so even if the lease has ended meanwhile and the mail was put in doubt. */
export async function markSent({ id, tries }: Claim): Promise<void> {
  await prisma().$executeRaw`
    UPDATE mail SET state = 'sent', sent_at = now(), secret = CASE WHEN unsubscribe_url IS NULL THEN NULL ELSE secret END, claimed_by = NULL, lease_until = NULL, last_error = NULL
    WHERE id = ${id}::uuid AND tries = ${tries} AND state IN ('sending', 'in_doubt')`;
}

/** The server did not take it, or may have: `state` says which, `pauseMs` when it is tried again. */
export async function markNotSent(
  claim: Claim,
  state: "retry" | "failed" | "in_doubt",
  reason: string,
  pauseMs = 0,
): Promise<void> {
  await prisma().$executeRaw`
    UPDATE mail SET state = ${state}, last_error = ${reason}, claimed_by = NULL, lease_until = NULL,
      next_try_at = now() + ${pauseMs} * interval '1 millisecond'
    WHERE id = ${claim.id}::uuid AND claimed_by = ${claim.by} AND tries = ${claim.tries} AND state = 'sending'`;
}

/** Sends again what is in doubt and younger than the senders' patience; says how many. Only where a setting says so. */
export async function queueInDoubt(notBefore: Date): Promise<number> {
  return prisma().$executeRaw`
    UPDATE mail SET state = 'queued', next_try_at = now()
    WHERE state = 'in_doubt' AND created_at > ${notBefore} AND tries < ${MOST_TRIES_IN_DOUBT}
      AND (secret IS NOT NULL OR position(${oneTimeMark} in text) = 0)`;
}

/** A server that never answers would otherwise get the same mail for two days. */
const MOST_TRIES_IN_DOUBT = 3;

/**
 * Takes back the claims of senders that are gone: those whose lease has ended, and those of `by`, an earlier process of
 * this node. What had not begun to send its content is due again; the rest is in doubt, and nobody sends it again by itself.
 */
export async function releaseClaims(by: string | null): Promise<number> {
  return prisma().$executeRaw`
    UPDATE mail SET claimed_by = NULL, lease_until = NULL, next_try_at = now(),
      state = CASE WHEN data_at IS NULL THEN 'retry' ELSE 'in_doubt' END,
      last_error = CASE WHEN data_at IS NULL THEN 'The sender ended before it was sent.'
        ELSE 'The sender ended while it was being sent: the server may have taken it, or not.' END
    WHERE state = 'sending' AND (lease_until < now() OR claimed_by = ${by})`;
}

/** Mails that wait to be sent. */
export async function countWaiting(): Promise<number> {
  return prisma().mail.count({ where: { state: { in: ["queued", "retry", "sending"] } } });
}
