import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import type { Announcement } from "#lib/announcements/schema";
import { getAnnouncementOperation } from "#lib/api/operations/announcements";
import { readSettings } from "#lib/settings/store";
import { answerOf } from "./answer.ts";
import { readMe } from "./me.ts";

/** Who reads announcements here, and in which time zone days are told. */
export async function newsReader(): Promise<{ isOperator: boolean; timeZone: string }> {
  const [me, settings] = await Promise.all([readMe(), readSettings()]);
  const isOperator = me !== undefined && me.role !== "customer";
  return { isOperator, timeZone: settings["site.timeZone"] };
}

/** The list's title, and its feeds, which readers find by it. */
export async function newsMetadata(): Promise<Metadata> {
  return {
    title: (await getTranslations("announcements"))("title"),
    alternates: {
      types: {
        "application/rss+xml": "/announcements/rss.xml",
        "application/atom+xml": "/announcements/atom.xml",
        "application/feed+json": "/announcements/feed.json",
      },
    },
  };
}

/** One announcement's title. */
export async function announcementMetadata({
  params,
}: {
  params: Promise<{ id: string }>;
}): Promise<Metadata> {
  const { id } = await params;
  const path = `/api/announcements/${encodeURIComponent(id)}`;
  const found = await answerOf<Announcement>(getAnnouncementOperation, path);
  const isZh = (await getLocale()) === "zh";
  return { title: (isZh ? found?.titleZh : "") || (found?.title ?? "") };
}
