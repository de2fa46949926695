import { inTransaction, type Transaction } from "#lib/db/transaction";
import { type BulkBody, composeBulk, queueBulk, tokenMark } from "#lib/mail/bulk-service";
import { nameMark } from "#lib/mail/mail-body";
import { peekSingleton } from "#lib/runtime/singletons";
import { readSettings } from "#lib/settings/store";
import { openReaders, type Reader } from "#lib/subscribers/reader-service";
import { isConcerned } from "./changes.ts";
import {
  findDigests,
  holdPublished,
  insertDeliveries,
  lockDeliveries,
  markDigested,
  stillToReach,
} from "./delivery-store.ts";
import type { AnnouncementMails } from "./live.ts";
import { mailPart, partKey } from "./mail-part.ts";
import { findAnnouncement, findUnqueued, markQueued, type StoredAnnouncement } from "./store.ts";

/** Readers that are written to in one transaction: little enough that calls which pass meanwhile do not wait for it. */
const CHUNK = 200;
/** Longest that who publishes waits for the mails: those of a few hundred readers are queued by then. */
const PATIENCE_MS = 400;

/**
 * Has the mails of what was just published queued: by the part of this node that does so, else by another's. Nothing is
 * lost by an end before: that an announcement is not queued stands in it (`queued_at`).
 */
export async function queueSoon(): Promise<void> {
  await peekSingleton<AnnouncementMails>("announcement-mails")?.queued(PATIENCE_MS);
}

/**
 * Queues the mails of what is published: one for each subscriber whom it concerns, once, however often and wherever this
 * runs. Goes on with what was cut off. Says how many announcements and mails that were, and how many texts were written for
 * them; throws at the end when some could not be queued: the others are.
 */
export async function queueUnfinished(
  signal?: AbortSignal,
  chunk = CHUNK,
): Promise<{ announcements: number; mails: number; texts: number }> {
  const failed: unknown[] = [];
  let announcements = 0;
  let mails = 0;
  let texts = 0;
  for (let ids = await findUnqueued(null); ids.length > 0; ids = await findUnqueued(ids.at(-1) ?? null)) {
    announcements += ids.length;
    for (const id of ids) {
      try {
        const queued = await queueAll(id, chunk, signal);
        mails += queued.mails;
        texts += queued.texts;
      } catch (error) {
        failed.push(error);
      }
    }
  }
  if (failed.length > 0)
    throw new AggregateError(failed, `${failed.length} announcements could not be queued`);
  return { announcements, mails, texts };
}

async function queueAll(
  id: string,
  chunk: number,
  signal?: AbortSignal,
): Promise<{ mails: number; texts: number }> {
  let words = "";
  let writer: Writer | undefined;
  let after: string | null = null;
  const queued = { mails: 0, texts: 0 };
  for (;;) {
    if (signal?.aborted) return queued;
    // Read for each chunk: what is corrected meanwhile goes into the mails that are still to be written.
    const announcement = await findAnnouncement(id);
    if (announcement?.state !== "published" || announcement.publishedAt === null) return queued;
    if (writer === undefined || words !== wordsOf(announcement)) writer = await openWriter();
    words = wordsOf(announcement);
    const confirmedBy = new Date(announcement.publishedAt);
    const readers: Reader[] = await openReaders({ after, most: chunk, confirmedBy, notTold: id });
    const concerned = readers.filter((reader) => isConcerned(announcement, reader));
    const written = writer.written();
    const count = concerned.length === 0 ? 0 : await queueChunk(announcement, concerned, writer);
    queued.texts += writer.written() - written;
    if (count === undefined) return queued;
    queued.mails += count;
    const last = readers.at(-1);
    if (last === undefined || readers.length < chunk) break;
    after = last.id;
  }
  await markQueued(id, new Date());
  return queued;
}

function wordsOf({ title, text, titleZh, textZh }: StoredAnnouncement): string {
  return JSON.stringify([title, text, titleZh, textZh]);
}

/**
 * Mails are written before the transaction, so that it does not wait for that. Undefined: the announcement was withdrawn
 * meanwhile. A withdrawal waits for a chunk that is under way, and stops its mails with the others.
 */
async function queueChunk(
  announcement: StoredAnnouncement,
  readers: readonly Reader[],
  writer: Writer,
): Promise<number | undefined> {
  const digests = readers.filter(({ digest }) => digest);
  const groups = new Map<BulkBody, Reader[]>();
  for (const reader of readers) {
    if (reader.digest) continue;
    const body = await writer.bodyOf([announcement], reader);
    const group = groups.get(body);
    if (group === undefined) groups.set(body, [reader]);
    else group.push(reader);
  }
  return inTransaction(async (tx) => {
    await lockDeliveries(tx, announcement.id);
    if (!(await holdPublished(tx, announcement.id))) return undefined;
    const open = await stillToReach(
      tx,
      announcement.id,
      readers.map(({ id }) => id),
    );
    const waiting = digests.filter(({ id }) => open.has(id));
    await insertDeliveries(
      tx,
      announcement.id,
      waiting.map(({ id }) => ({ subscriberId: id, mailId: null })),
    );
    let count = 0;
    for (const [body, all] of groups) {
      count += await queueGroup(
        tx,
        announcement.id,
        body,
        all.filter(({ id }) => open.has(id)),
      );
    }
    return count;
  });
}

async function queueGroup(
  tx: Transaction,
  announcementId: string,
  body: BulkBody,
  readers: readonly Reader[],
): Promise<number> {
  if (readers.length === 0) return 0;
  const mailIds = await queueBulk(tx, body, readers.map(toMail));
  await insertDeliveries(
    tx,
    announcementId,
    readers.map(({ id }, index) => ({ subscriberId: id, mailId: mailIds[index] ?? null })),
  );
  return readers.length;
}

/** Queues the day's digests: one mail for each subscriber who asked for that, over everything since the last. */
export async function queueDigests(): Promise<{ mails: number }> {
  const writer = await openWriter();
  const known = new Map<string, StoredAnnouncement | undefined>();
  let after: string | null = null;
  let mails = 0;
  for (;;) {
    const digests = await findDigests(after, CHUNK);
    if (digests.length === 0) return { mails };
    const readers = new Map(
      (await openReaders({ ids: digests.map(({ subscriberId }) => subscriberId) })).map((reader) => [
        reader.id,
        reader,
      ]),
    );
    for (const digest of digests) {
      const reader = readers.get(digest.subscriberId);
      const announcements: StoredAnnouncement[] = [];
      for (const id of digest.announcementIds) {
        if (!known.has(id)) known.set(id, await findAnnouncement(id));
        const found = known.get(id);
        if (found !== undefined) announcements.push(found);
      }
      if (reader === undefined || announcements.length === 0) continue;
      const body = await writer.bodyOf(announcements, reader, true);
      const isQueued = await inTransaction(async (tx) => {
        await lockDeliveries(tx, digest.subscriberId);
        const [mailId] = await queueBulk(tx, body, [toMail(reader)]);
        if (mailId === undefined || !(await markDigested(tx, digest, mailId))) throw new DigestTaken();
        return true;
      }).catch((error: unknown) => {
        if (error instanceof DigestTaken) return false;
        throw error;
      });
      if (isQueued) mails += 1;
    }
    after = digests.at(-1)?.subscriberId ?? null;
  }
}

/** Another process has queued it meanwhile: what was begun here is taken back. */
class DigestTaken extends Error {}

function toMail({ email, name, token }: Reader) {
  return { to: email, name, token };
}

type Writer = {
  bodyOf(announcements: readonly StoredAnnouncement[], reader: Reader, isDigest?: boolean): Promise<BulkBody>;
  /** How many mails it has written so far. */
  written(): number;
};

/** Writes each mail once for a language and what is followed; names and links are put in for each reader. */
async function openWriter(): Promise<Writer> {
  const timeZone = (await readSettings())["site.timeZone"];
  const written = new Map<string, Promise<BulkBody>>();
  return {
    bodyOf(announcements, reader, isDigest = false) {
      const isNamed = reader.name !== "";
      const parts = announcements.map((one) => `${one.id} ${partKey(one, reader)}`);
      const key = JSON.stringify([reader.locale, isNamed, isDigest, parts]);
      const standing = written.get(key);
      if (standing !== undefined) return standing;
      const body = write(announcements, reader, { isNamed, isDigest, timeZone });
      written.set(key, body);
      return body;
    },
    written: () => written.size,
  };
}

function write(
  announcements: readonly StoredAnnouncement[],
  reader: Reader,
  { isNamed, isDigest, timeZone }: { isNamed: boolean; isDigest: boolean; timeZone: string },
): Promise<BulkBody> {
  const base = announcements.at(-1)?.base ?? "";
  const parts = announcements.map((one) =>
    mailPart(one, reader, { language: reader.locale, timeZone, base: one.base }),
  );
  const manage = `${base}/subscription?token=${tokenMark}`;
  return composeBulk(
    isDigest ? "announcement-digest" : "announcement",
    { name: isNamed ? nameMark : null, parts, manage },
    reader.locale,
    `${base}/api/subscriptions/unsubscribe?token=${tokenMark}`,
  );
}
