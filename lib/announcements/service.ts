import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { can } from "#lib/auth/can";
import { AppError, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { cancelMails } from "#lib/mail/outbox-store";
import { requestBase } from "#lib/runtime/request-base";
import { lockDeliveries, mailIdsOf } from "./delivery-store.ts";
import { queueSoon } from "./mails-service.ts";
import type { Announcement, CreateAnnouncement, UpdateAnnouncement } from "./schema.ts";
import {
  countMails,
  deleteAnnouncementDraft,
  findAnnouncement,
  insertAnnouncement,
  type StoredAnnouncement,
  updateAnnouncementIn,
} from "./store.ts";

const targetType = "announcement";

/** Whether somebody may see drafts, and what became of mails. */
export function seesAll(actor: Actor): boolean {
  return actor.role !== "customer" && can(actor.role, "announcements.read");
}

/** An announcement as this caller may see it. */
export function shownTo(actor: Actor, announcement: Announcement): Announcement {
  return seesAll(actor) ? announcement : { ...announcement, createdBy: null, mails: null };
}

/** One announcement; of others than published ones only operators know. Throws 404. */
export async function getAnnouncement(actor: Actor, id: string): Promise<Announcement> {
  const found = await findAnnouncement(id);
  if (found === undefined || (found.state !== "published" && !seesAll(actor))) throw notFound("announcement");
  if (!seesAll(actor)) return shownTo(actor, found);
  const isQueueing = found.state === "published" && found.queuedAt === null;
  return { ...found, mails: found.state === "draft" ? null : { isQueueing, ...(await countMails(id)) } };
}

/** Writes an announcement; unless it is kept as a draft, it is public when this returns, and its mails are being queued. */
export async function createAnnouncement(actor: Actor, body: CreateAnnouncement): Promise<Announcement> {
  const { draft, ...written } = body;
  const concern = { concernsAll: body.vendors.length === 0 && body.models.length === 0 };
  const id = await inTransaction(async (tx) => {
    const data = {
      kind: "notice",
      ...written,
      ...concern,
      createdBy: actor.name,
      ...(draft ? {} : publishedNow()),
    };
    const id = await insertAnnouncement(tx, data);
    const action = draft ? "announcement.create" : "announcement.publish";
    await audit(tx, actor, { action, targetType, targetId: id, after: written });
    return id;
  });
  if (!draft) await queueSoon();
  return getAnnouncement(actor, id);
}

/** Changes the words of a draft, or of what is published: mails that are gone stay as they were. Throws 404, 409. */
export async function updateAnnouncement(
  actor: Actor,
  id: string,
  body: UpdateAnnouncement,
): Promise<Announcement> {
  const before = await requireAnnouncement(id);
  const { vendors, models, ...given } = body;
  const texts = { ...textsOf(before), ...definedOf(given) };
  const isNotice = before.kind === "notice";
  const whom = { vendors: vendors ?? before.vendors, models: models ?? before.models };
  await inTransaction(async (tx) => {
    const data = {
      ...texts,
      isEdited: true,
      // Whom prices concern follows from the prices.
      ...(isNotice ? { ...whom, concernsAll: whom.vendors.length === 0 && whom.models.length === 0 } : {}),
    };
    if (!(await updateAnnouncementIn(tx, id, ["draft", "published"], data))) throw withdrawnAlready();
    await audit(tx, actor, {
      action: "announcement.update",
      targetType,
      targetId: id,
      before: textsOf(before),
      after: texts,
    });
  });
  return getAnnouncement(actor, id);
}

/** Publishes a draft that is no price version's, and has its mails queued. Throws 404, 409. */
export async function publishAnnouncement(actor: Actor, id: string): Promise<Announcement> {
  const before = await requireAnnouncement(id);
  if (before.kind === "prices" && before.state === "draft") throw publishedWithVersion();
  await inTransaction(async (tx) => {
    if (!(await updateAnnouncementIn(tx, id, ["draft"], publishedNow()))) throw publishedAlready();
    await audit(tx, actor, {
      action: "announcement.publish",
      targetType,
      targetId: id,
      after: textsOf(before),
    });
  });
  await queueSoon();
  return getAnnouncement(actor, id);
}

/** Takes what is published back: page and feeds forget it, mails that still wait are not sent. Throws 404, 409. */
export async function withdrawAnnouncement(actor: Actor, id: string, now: Date): Promise<Announcement> {
  const before = await requireAnnouncement(id);
  await inTransaction(async (tx) => {
    const data = { state: "withdrawn", withdrawnAt: now };
    // Next in turn after the mails that are being queued, not whenever they leave a gap.
    await lockDeliveries(tx, id);
    if (!(await updateAnnouncementIn(tx, id, ["published"], data))) throw notPublished();
    const stopped = await cancelMails(tx, await mailIdsOf(tx, id), "The announcement was withdrawn.");
    await audit(tx, actor, {
      action: "announcement.withdraw",
      targetType,
      targetId: id,
      before: { title: before.title },
      after: { mailsStopped: stopped },
    });
  });
  return getAnnouncement(actor, id);
}

/** Throws 404, and 409 for what is published: that is withdrawn, not deleted. */
export async function discardAnnouncement(actor: Actor, id: string): Promise<void> {
  const before = await requireAnnouncement(id);
  await inTransaction(async (tx) => {
    if (!(await deleteAnnouncementDraft(tx, id))) throw publishedAlready();
    await audit(tx, actor, {
      action: "announcement.discard",
      targetType,
      targetId: id,
      before: textsOf(before),
    });
  });
}

function definedOf<Given extends object>(given: Given): { [Key in keyof Given]?: NonNullable<Given[Key]> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Given]?: NonNullable<Given[Key]> };
}

function publishedNow() {
  return { state: "published", publishedAt: new Date(), base: requestBase() };
}

async function requireAnnouncement(id: string): Promise<StoredAnnouncement> {
  const found = await findAnnouncement(id);
  if (found === undefined) throw notFound("announcement");
  return found;
}

function textsOf({ title, text, titleZh, textZh }: Announcement) {
  return { title, text, titleZh, textZh };
}

function publishedWithVersion(): AppError {
  const message = "This one is published with its price version: publish that.";
  return new AppError({ code: "published_with_version", status: 409, message });
}

function publishedAlready(): AppError {
  const message = "This announcement is published already. Withdraw it instead.";
  return new AppError({ code: "already_published", status: 409, message });
}

function notPublished(): AppError {
  return new AppError({ code: "not_published", status: 409, message: "This announcement is not published." });
}

function withdrawnAlready(): AppError {
  return new AppError({ code: "withdrawn", status: 409, message: "This announcement was withdrawn." });
}
