import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";

/** A subscriber and the announcements that wait for their digest. */
export type DigestOf = { subscriberId: string; announcementIds: string[] };

/** Lets one process at a time queue the mails of an announcement, until the transaction ends. */
export async function lockDeliveries(tx: Transaction, what: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('tollgate deliveries ' || ${what}, 0))`;
}

/** Whether an announcement is published; nobody withdraws it before the transaction has ended. */
export async function holdPublished(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM announcement WHERE id = ${id}::uuid AND state = 'published' FOR SHARE`;
  return rows.length === 1;
}

/** Of these subscribers those that an announcement has not reached and that still want it. */
export async function stillToReach(
  tx: Transaction,
  announcementId: string,
  subscriberIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM subscriber s
    WHERE s.id = ANY(${[...subscriberIds]}::uuid[]) AND s.state = 'confirmed' AND NOT EXISTS (
      SELECT 1 FROM announcement_delivery d WHERE d.announcement_id = ${announcementId}::uuid AND d.subscriber_id = s.id)`;
  return new Set(rows.map(({ id }) => id));
}

/** Notes whom an announcement reaches by which mail; null: by the digest. The unique key keeps a second one out. */
export async function insertDeliveries(
  tx: Transaction,
  announcementId: string,
  deliveries: readonly { subscriberId: string; mailId: string | null }[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO announcement_delivery (announcement_id, subscriber_id, mail_id)
    SELECT ${announcementId}::uuid, d.subscriber_id, d.mail_id
    FROM unnest(${deliveries.map(({ subscriberId }) => subscriberId)}::uuid[],
      ${deliveries.map(({ mailId }) => mailId)}::uuid[]) AS d (subscriber_id, mail_id)`;
}

/** Who waits for a digest, with the published announcements of theirs, the oldest first; after an id, some at a time. */
export async function findDigests(after: string | null, most: number): Promise<DigestOf[]> {
  return prisma().$queryRaw<DigestOf[]>`
    SELECT d.subscriber_id AS "subscriberId",
      array_agg(d.announcement_id ORDER BY a.published_at, a.id) AS "announcementIds"
    FROM announcement_delivery d
    JOIN announcement a ON a.id = d.announcement_id AND a.state = 'published'
    JOIN subscriber s ON s.id = d.subscriber_id AND s.state = 'confirmed'
    WHERE d.mail_id IS NULL AND (${after}::uuid IS NULL OR d.subscriber_id > ${after}::uuid)
    GROUP BY d.subscriber_id ORDER BY d.subscriber_id LIMIT ${most}`;
}

/** Notes the mail of a digest; false: another process has queued one. */
export async function markDigested(tx: Transaction, digest: DigestOf, mailId: string): Promise<boolean> {
  const marked = await tx.announcementDelivery.updateMany({
    where: {
      subscriberId: digest.subscriberId,
      announcementId: { in: digest.announcementIds },
      mailId: null,
    },
    data: { mailId },
  });
  return marked.count === digest.announcementIds.length;
}

/** The mails that tell one announcement alone: a digest tells others as well. */
export async function mailIdsOf(tx: Transaction, announcementId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT m.id FROM announcement_delivery d JOIN mail m ON m.id = d.mail_id
    WHERE d.announcement_id = ${announcementId}::uuid AND m.template = 'announcement' AND m.state IN ('queued', 'retry')`;
  return rows.map(({ id }) => id);
}

/** The waiting mails to a subscriber. */
export async function mailIdsTo(tx: Transaction, subscriberId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT m.id FROM announcement_delivery d JOIN mail m ON m.id = d.mail_id
    WHERE d.subscriber_id = ${subscriberId}::uuid AND m.state IN ('queued', 'retry')`;
  return rows.map(({ id }) => id);
}
