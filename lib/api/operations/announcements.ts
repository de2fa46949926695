import { z } from "zod";
import {
  announcementAnswer,
  announcementPage,
  bannerAnswer,
  createAnnouncementBody,
  listAnnouncementsQuery,
  putVersionTextBody,
  seenBody,
  updateAnnouncementBody,
  type VersionText,
  versionTextAnswer,
} from "#lib/announcements/schema";
import {
  createAnnouncement,
  discardAnnouncement,
  getAnnouncement,
  publishAnnouncement,
  seesAll,
  shownTo,
  updateAnnouncement,
  withdrawAnnouncement,
} from "#lib/announcements/service";
import { findNews, listAnnouncements, markSeen } from "#lib/announcements/store";
import { getVersionText, proposeVersionText, putVersionText } from "#lib/announcements/version-text-service";
import { refuseClosedSite } from "#lib/api/closed-site";
import { operation } from "#lib/api/operation";
import { requirePerson } from "#lib/api/person";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, timeAnswer } from "#lib/core/shapes";
import { dayMs } from "#lib/core/time";

const tag = "Announcements";
const write = { tag, permission: "announcements.write" } as const;
/** The words: what somebody edits. */
const edited = ({
  title,
  text,
  titleZh,
  textZh,
  vendors,
  models,
  state,
}: z.infer<typeof announcementAnswer>) => ({
  title,
  text,
  titleZh,
  textZh,
  vendors,
  models,
  state,
});

/** Of a version's, the words too: whether they may still change is the write's own answer. */
const editedText = ({ title, text, titleZh, textZh }: VersionText) => ({ title, text, titleZh, textZh });

export const listAnnouncementsOperation = operation({
  id: "listAnnouncements",
  method: "GET",
  path: "/api/announcements",
  summary: "What was announced, newest first: price changes and news",
  tag,
  permission: "public",
  query: listAnnouncementsQuery,
  answer: announcementPage,
  async run({ actor, query, request }) {
    refuseClosedSite(actor, request);
    const after = decodeCursor(query.cursor, z.tuple([timeAnswer.nullable(), idInput]));
    const asked = seesAll(actor) ? query : { ...query, state: "published" as const };
    const place = after === undefined ? undefined : { publishedAt: after[0], id: after[1] };
    return toPage(
      await listAnnouncements(asked, place),
      query.limit,
      (announcement) => shownTo(actor, announcement),
      ({ publishedAt, id }) => [publishedAt, id],
    );
  },
});

export const createAnnouncementOperation = operation({
  ...write,
  id: "createAnnouncement",
  method: "POST",
  path: "/api/announcements",
  summary: "Announce something, or keep it as a draft; mails to subscribers are queued when this is answered",
  body: createAnnouncementBody,
  answer: announcementAnswer,
  status: 201,
  idempotent: true,
  etag: edited,
  run: ({ actor, body }) => createAnnouncement(actor, body),
});

export const getAnnouncementOperation = operation({
  id: "getAnnouncement",
  method: "GET",
  path: "/api/announcements/{id}",
  summary: "One announcement",
  tag,
  permission: "public",
  params: idParams,
  answer: announcementAnswer,
  etag: edited,
  async run({ actor, params, request }) {
    refuseClosedSite(actor, request);
    return getAnnouncement(actor, params.id);
  },
});

export const updateAnnouncementOperation = operation({
  ...write,
  id: "updateAnnouncement",
  method: "PATCH",
  path: "/api/announcements/{id}",
  summary: "Change the words; mails that are gone stay as they were",
  params: idParams,
  body: updateAnnouncementBody,
  answer: announcementAnswer,
  etag: edited,
  current: ({ actor, params }) => getAnnouncement(actor, params.id),
  run: ({ actor, params, body }) => updateAnnouncement(actor, params.id, body),
});

export const publishAnnouncementOperation = operation({
  ...write,
  id: "publishAnnouncement",
  method: "POST",
  path: "/api/announcements/{id}/publish",
  summary: "Publish a draft; one of a price version is published with that",
  params: idParams,
  answer: announcementAnswer,
  idempotent: true,
  run: ({ actor, params }) => publishAnnouncement(actor, params.id),
});

export const withdrawAnnouncementOperation = operation({
  ...write,
  id: "withdrawAnnouncement",
  method: "POST",
  path: "/api/announcements/{id}/withdraw",
  summary: "Take it back: page and feeds forget it, mails that still wait are not sent",
  params: idParams,
  answer: announcementAnswer,
  run: ({ actor, params }) => withdrawAnnouncement(actor, params.id, new Date()),
});

export const discardAnnouncementOperation = operation({
  ...write,
  id: "discardAnnouncement",
  method: "DELETE",
  path: "/api/announcements/{id}",
  summary: "Discard a draft",
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => discardAnnouncement(actor, params.id),
});

export const getVersionAnnouncement = operation({
  id: "getVersionAnnouncement",
  method: "GET",
  path: "/api/prices/versions/{id}/announcement",
  summary: "What a price version is announced with: as written, or as Tollgate proposes",
  tag,
  permission: "prices.read",
  params: idParams,
  answer: versionTextAnswer,
  etag: editedText,
  run: ({ params }) => getVersionText(params.id),
});

export const putVersionAnnouncement = operation({
  id: "putVersionAnnouncement",
  method: "PUT",
  path: "/api/prices/versions/{id}/announcement",
  summary: "Write what a draft of prices will be announced with",
  tag,
  permission: "prices.write",
  params: idParams,
  body: putVersionTextBody,
  answer: versionTextAnswer,
  etag: editedText,
  current: ({ params }) => getVersionText(params.id),
  run: ({ actor, params, body }) => putVersionText(actor, params.id, body),
});

export const proposeVersionAnnouncement = operation({
  id: "proposeVersionAnnouncement",
  method: "POST",
  path: "/api/prices/versions/{id}/announcement/propose",
  summary: "Forget what was written for a draft: Tollgate writes it from the changes again",
  tag,
  permission: "prices.write",
  params: idParams,
  answer: versionTextAnswer,
  run: ({ actor, params }) => proposeVersionText(actor, params.id),
});

/** How long news stands in the banner of who does not dismiss it. */
const NEWS_MS = 30 * dayMs;

export const getNews = operation({
  id: "getNews",
  method: "GET",
  path: "/api/me/news",
  summary: "The newest announcement that one has not dismissed",
  tag,
  permission: "me.read",
  answer: z.object({ news: bannerAnswer }).meta({ id: "News" }),
  run: async ({ actor }) => ({
    news: actor.type === "user" ? await findNews(actor.id, new Date(Date.now() - NEWS_MS)) : null,
  }),
});

export const dismissNews = operation({
  id: "dismissNews",
  method: "POST",
  path: "/api/me/news/dismiss",
  summary: "Dismiss an announcement, and those before it",
  tag,
  permission: "me.write",
  body: seenBody,
  answer: z.void(),
  status: 204,
  async run({ actor, body }) {
    const { publishedAt } = await getAnnouncement(actor, body.id);
    if (publishedAt !== null) await markSeen(requirePerson(actor).id, new Date(publishedAt));
  },
});
