import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { diffPriceVersions, getPriceVersion } from "#lib/pricing/version-service";
import { publicChanges } from "./changes.ts";
import { proposalOf } from "./proposal.ts";
import type { PutVersionText, VersionText } from "./schema.ts";
import { deleteAnnouncementDraft, findOfVersion, insertAnnouncement, updateAnnouncementIn } from "./store.ts";

const targetType = "price-version";

/** What will be, or was, announced of a price version: as written, else as proposed from what it changes. Throws 404. */
export async function getVersionText(versionId: string): Promise<VersionText> {
  const version = await getPriceVersion(versionId);
  const written = await findOfVersion(versionId);
  const isPublished = version.state !== "draft" && written !== undefined;
  const changes = isPublished ? written.changes : publicChanges(await diffPriceVersions(versionId));
  const texts = written ?? proposalOf(changes);
  return {
    announcementId: written?.id ?? null,
    isDraft: version.state === "draft",
    isEdited: written?.isEdited ?? false,
    title: changes.length === 0 && written === undefined ? "" : texts.title,
    text: changes.length === 0 && written === undefined ? "" : texts.text,
    titleZh: changes.length === 0 && written === undefined ? "" : texts.titleZh,
    textZh: changes.length === 0 && written === undefined ? "" : texts.textZh,
    changes,
  };
}

/** Writes what a draft will be announced with. Throws 404, 409 `already_published`. */
export async function putVersionText(
  actor: Actor,
  versionId: string,
  body: PutVersionText,
): Promise<VersionText> {
  await requireDraft(versionId);
  await inTransaction(async (tx) => {
    const before = await findOfVersion(versionId, tx);
    if (before === undefined) {
      await insertAnnouncement(tx, { kind: "prices", versionId, createdBy: actor.name, ...body });
    } else if (!(await updateAnnouncementIn(tx, before.id, ["draft"], { ...body, isEdited: true }))) {
      throw alreadyPublished();
    }
    await audit(tx, actor, {
      action: "price-version.write-announcement",
      targetType,
      targetId: versionId,
      after: body,
    });
  });
  return getVersionText(versionId);
}

/** Forgets what was written: Tollgate writes it from the changes again. Throws 404, 409 `already_published`. */
export async function proposeVersionText(actor: Actor, versionId: string): Promise<VersionText> {
  await requireDraft(versionId);
  await inTransaction(async (tx) => {
    const before = await findOfVersion(versionId, tx);
    if (before === undefined) return;
    if (!(await deleteAnnouncementDraft(tx, before.id))) throw alreadyPublished();
    const { title, text, titleZh, textZh } = before;
    await audit(tx, actor, {
      action: "price-version.propose-announcement",
      targetType,
      targetId: versionId,
      before: { title, text, titleZh, textZh },
    });
  });
  return getVersionText(versionId);
}

async function requireDraft(versionId: string): Promise<void> {
  if ((await getPriceVersion(versionId)).state !== "draft") throw alreadyPublished();
}

function alreadyPublished(): AppError {
  const message = "This version is published: edit its announcement itself.";
  return new AppError({ code: "already_published", status: 409, message });
}
