import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma, Announcement as Row } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { htmlOf } from "./markdown.ts";
import {
  type Announcement,
  announcementStates,
  type BannerNews,
  type ListAnnouncements,
  type MailCounts,
  type PublicChange,
  publicChange,
} from "./schema.ts";

/** An announcement with what only its mails need. */
export type StoredAnnouncement = Announcement & { base: string; queuedAt: Date | null };

type Place = { publishedAt: string | null; id: string };

/** Announcements, newest first, up to `limit` + 1; drafts come before all that was published. */
export async function listAnnouncements(
  query: ListAnnouncements,
  after?: Place,
): Promise<StoredAnnouncement[]> {
  const { state, kind, vendor, model } = query;
  const rows = await prisma().announcement.findMany({
    where: {
      AND: [
        state === "all" ? {} : { state },
        kind === undefined ? {} : { kind },
        vendor === undefined ? {} : { OR: [{ concernsAll: true }, { vendors: { has: vendor } }] },
        model === undefined ? {} : { OR: [{ concernsAll: true }, { models: { has: model } }] },
        after === undefined ? {} : afterPlace(after),
      ],
    },
    orderBy: [{ publishedAt: { sort: "desc", nulls: "first" } }, { id: "desc" }],
    take: query.limit + 1,
  });
  return rows.map(toAnswer);
}

function afterPlace({ publishedAt, id }: Place): Prisma.AnnouncementWhereInput {
  if (publishedAt === null)
    return { OR: [{ publishedAt: null, id: { lt: id } }, { publishedAt: { not: null } }] };
  return { OR: [{ publishedAt: { lt: publishedAt } }, { publishedAt, id: { lt: id } }] };
}

/** In any state: who may see a draft is the caller's to judge. Undefined: there is none, or `id` is no UUID. */
export async function findAnnouncement(
  id: string,
  on: Pick<Transaction, "announcement"> = prisma(),
): Promise<StoredAnnouncement | undefined> {
  const row = isUuid(id) ? await on.announcement.findUnique({ where: { id } }) : null;
  return row === null ? undefined : toAnswer(row);
}

/** The one of a price version, draft or published. */
export async function findOfVersion(
  versionId: string,
  on: Pick<Transaction, "announcement"> = prisma(),
): Promise<StoredAnnouncement | undefined> {
  const row = isUuid(versionId) ? await on.announcement.findUnique({ where: { versionId } }) : null;
  return row === null ? undefined : toAnswer(row);
}

/** Answers its id. Throws where its price version has one already (findOfVersion). */
export async function insertAnnouncement(
  tx: Transaction,
  data: Prisma.AnnouncementUncheckedCreateInput,
): Promise<string> {
  return (await tx.announcement.create({ data, select: { id: true } })).id;
}

/** Changes an announcement in one of these states; false: there is none. */
export async function updateAnnouncementIn(
  tx: Transaction,
  id: string,
  states: readonly Announcement["state"][],
  data: Prisma.AnnouncementUncheckedUpdateManyInput,
): Promise<boolean> {
  const { count } = await tx.announcement.updateMany({ where: { id, state: { in: [...states] } }, data });
  return count === 1;
}

/** False if there is no such draft. */
export async function deleteAnnouncementDraft(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.announcement.deleteMany({ where: { id, state: "draft" } })).count === 1;
}

/** Published ones whose mails do not all stand in the outbox, by id; after one, some at a time. */
export async function findUnqueued(after: string | null): Promise<string[]> {
  const rows = await prisma().announcement.findMany({
    where: { state: "published", queuedAt: null, ...(after === null ? {} : { id: { gt: after } }) },
    orderBy: { id: "asc" },
    select: { id: true },
    take: 50,
  });
  return rows.map(({ id }) => id);
}

/** Notes that every mail stands in the outbox. */
export async function markQueued(id: string, at: Date): Promise<void> {
  await prisma().announcement.updateMany({ where: { id, queuedAt: null }, data: { queuedAt: at } });
}

/** What became of the mails of an announcement. */
export async function countMails(id: string): Promise<Omit<MailCounts, "isQueueing">> {
  const rows = await prisma().$queryRaw<{ state: string | null; count: bigint }[]>`
    SELECT m.state, count(*) AS count FROM announcement_delivery d
    LEFT JOIN mail m ON m.id = d.mail_id
    WHERE d.announcement_id = ${id}::uuid AND (d.mail_id IS NULL OR m.id IS NOT NULL) GROUP BY 1`;
  const of = (...states: (string | null)[]) =>
    rows.reduce((sum, row) => (states.includes(row.state) ? sum + Number(row.count) : sum), 0);
  return {
    waiting: of("queued", "retry", "sending"),
    sent: of("sent"),
    failed: of("failed"),
    inDoubt: of("in_doubt"),
    digest: of(null),
  };
}

/** The newest of the last 30 days that somebody has not seen; who has seen none sees what is newer than they are. */
export async function findNews(userId: string, since: Date): Promise<BannerNews> {
  const user = await prisma().user.findUnique({
    where: { id: userId },
    select: { announcementsSeenAt: true, createdAt: true },
  });
  if (user === null) return null;
  const seen = user.announcementsSeenAt ?? user.createdAt;
  const row = await prisma().announcement.findFirst({
    where: { state: "published", publishedAt: { gt: seen > since ? seen : since } },
    orderBy: [{ publishedAt: "desc" }, { id: "desc" }],
    select: { id: true, title: true, titleZh: true, publishedAt: true },
  });
  if (row === null || row.publishedAt === null) return null;
  return { ...row, publishedAt: row.publishedAt.toISOString() };
}

/** Notes that somebody has seen everything up to a moment. */
export async function markSeen(userId: string, upTo: Date): Promise<void> {
  await prisma().$executeRaw`
    UPDATE app_user SET announcements_seen_at = GREATEST(announcements_seen_at, ${upTo})
    WHERE id = ${userId}::uuid`;
}

function toAnswer(row: Row): StoredAnnouncement {
  const {
    id,
    versionId,
    title,
    text,
    titleZh,
    textZh,
    isEdited,
    vendors,
    models,
    concernsAll,
    base,
    queuedAt,
  } = row;
  return {
    id,
    kind: row.kind === "prices" ? "prices" : "notice",
    state: announcementStates.find((state) => state === row.state) ?? "draft",
    versionId,
    title,
    text,
    titleZh,
    textZh,
    html: htmlOf(text),
    htmlZh: htmlOf(textZh),
    isEdited,
    changes: changesOf(row.changes),
    vendors,
    models,
    concernsAll,
    effectiveAt: row.effectiveAt?.toISOString() ?? null,
    publishedAt: row.publishedAt?.toISOString() ?? null,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    mails: null,
    base,
    queuedAt,
  };
}

/** What does not fit any more (another release's) is left out. */
function changesOf(json: Prisma.JsonValue): PublicChange[] {
  const read = publicChange.array().safeParse(json);
  return read.success ? read.data : [];
}
