"use client";

import { Button } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { Announcement } from "#lib/announcements/schema";
import { announcementsQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { InForce, Prose, useWords } from "./announcement-article.tsx";
import classes from "./announcements.module.css";

const feeds = [
  ["RSS", "/announcements/rss.xml"],
  ["Atom", "/announcements/atom.xml"],
  ["JSON", "/announcements/feed.json"],
] as const;

/** What was announced, for everybody: newest first, with the ways to be told. */
export function NewsView({ timeZone }: { timeZone: string }) {
  const t = useTranslations("announcements");
  const pages = useInfiniteQuery(announcementsQuery({ limit: 20 }));
  const items = pages.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.page}>
        <div>
          <p className={classes.lead}>{t("lead")}</p>
          {items === undefined && pages.error !== null && (
            <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
          )}
          {items?.length === 0 && <p className={classes.empty}>{t("publicEmpty")}</p>}
          <ol className={classes.list}>
            {items?.map((announcement) => (
              <li key={announcement.id}>
                <Entry announcement={announcement} timeZone={timeZone} />
              </li>
            ))}
          </ol>
          {pages.hasNextPage && (
            <Button
              variant="default"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              {t("more")}
            </Button>
          )}
        </div>
        <aside className={classes.aside}>
          <Button component={Link} href="/subscribe" data-button leftSection={<IconMail size={16} />}>
            {t("subscribe")}
          </Button>
          <div>
            <h2>{t("feeds")}</h2>
            <ul>
              {feeds.map(([name, href]) => (
                <li key={href}>
                  <a href={href}>{name}</a>
                </li>
              ))}
            </ul>
          </div>
        </aside>
      </div>
    </>
  );
}

function Entry({ announcement, timeZone }: { announcement: Announcement; timeZone: string }) {
  const { title, html } = useWords(announcement);
  return (
    <article>
      <When announcement={announcement} timeZone={timeZone} />
      <h2 className={classes.title}>
        <Link href={`/announcements/${announcement.id}`}>{title}</Link>
      </h2>
      <InForce at={announcement.effectiveAt} timeZone={timeZone} />
      <Prose html={html} />
    </article>
  );
}

/** What kind, and on which day it was published. */
export function When({ announcement, timeZone }: { announcement: Announcement; timeZone: string }) {
  const t = useTranslations("announcements");
  const locale = useLocale();
  const { publishedAt, kind } = announcement;
  const format = new Intl.DateTimeFormat(locale === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "long",
    timeZone,
  });
  return (
    <div className={classes.when}>
      {publishedAt !== null && <time dateTime={publishedAt}>{format.format(new Date(publishedAt))}</time>}
      <span>{t(`kinds.${kind}`)}</span>
    </div>
  );
}
