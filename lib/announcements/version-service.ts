import type { Actor } from "#lib/api/operation";
import type { Transaction } from "#lib/db/transaction";
import type { PriceChangeAnswer } from "#lib/pricing/version-schema";
import { requestBase } from "#lib/runtime/request-base";
import { concernOf, publicChanges } from "./changes.ts";
import { proposalOf } from "./proposal.ts";
import { findOfVersion, insertAnnouncement, updateAnnouncementIn } from "./store.ts";

/**
 * Announces a price version in the transaction that publishes it: as written on its draft, else as proposed; not
 * at all where nothing of the version is public. Its mails follow (`queueSoon`).
 */
export async function announceVersion(
  tx: Transaction,
  actor: Actor,
  version: { id: string; changes: readonly PriceChangeAnswer[]; effectiveAt: Date; publishedAt: Date },
): Promise<void> {
  const changes = publicChanges(version.changes);
  if (changes.length === 0) return;
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
    return;
  }
  const own = { kind: "prices", versionId: version.id, isEdited: false, createdBy: actor.name };
  await insertAnnouncement(tx, { ...own, ...proposalOf(changes), ...data });
}
