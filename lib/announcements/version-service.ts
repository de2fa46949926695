import type { Actor } from "#lib/api/operation";
import type { Transaction } from "#lib/db/transaction";
import type { PriceChangeAnswer } from "#lib/pricing/version-schema";
import { requestBase } from "#lib/runtime/request-base";
import { concernOf, publicChanges } from "./changes.ts";
import { queueMailsOf } from "./mails-service.ts";
import { proposalOf } from "./proposal.ts";
import { findOfVersion, insertAnnouncement, updateAnnouncementIn } from "./store.ts";

/**
 * Announces a price version in the transaction that publishes it: as written on its draft, else as proposed. Answers the
 * announcement's id for `tellSubscribers`; undefined where nothing of the version is public.
 */
export async function announceVersion(
  tx: Transaction,
  actor: Actor,
  version: { id: string; changes: readonly PriceChangeAnswer[]; effectiveAt: Date; publishedAt: Date },
): Promise<string | undefined> {
  const changes = publicChanges(version.changes);
  if (changes.length === 0) return undefined;
  const data = {
    state: "published",
    changes,
    ...concernOf(changes),
    effectiveAt: version.effectiveAt,
    publishedAt: version.publishedAt,
    base: requestBase(),
  };
  const written = await findOfVersion(version.id, tx);
  if (written !== undefined) {
    await updateAnnouncementIn(tx, written.id, ["draft"], data);
    return written.id;
  }
  const own = { kind: "prices", versionId: version.id, isEdited: false, createdBy: actor.name };
  return insertAnnouncement(tx, { ...own, ...proposalOf(changes), ...data });
}

/** Queues the mails, once the version is committed. */
export async function tellSubscribers(announcementId: string | undefined): Promise<void> {
  if (announcementId !== undefined) await queueMailsOf(announcementId);
}
