"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import type { Announcement } from "#lib/announcements/schema";
import { announcementQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { ArticleBody, useWords } from "./announcement-article.tsx";
import classes from "./announcements.module.css";
import { When } from "./news-view.tsx";

const OperatorPart = dynamic(() => import("./operator-part.tsx").then((module) => module.OperatorPart));

type Props = { id: string; timeZone: string; isOperator: boolean };

/** One announcement, for everybody; operators also see what became of its mails, and what they can do. */
export function AnnouncementView({ id, timeZone, isOperator }: Props) {
  const query = useQuery(announcementQuery(id));
  if (query.data === undefined)
    return query.error === null ? null : (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    );
  return <Shown announcement={query.data} timeZone={timeZone} isOperator={isOperator} />;
}

function Shown({ announcement, timeZone, isOperator }: Omit<Props, "id"> & { announcement: Announcement }) {
  const t = useTranslations("announcements");
  const { title } = useWords(announcement);
  const parent = { href: "/announcements", title: t("title") };
  return (
    <>
      {isOperator ? (
        <OperatorPart announcement={announcement} title={title} parent={parent} />
      ) : (
        <PageHeader title={title} parent={parent} />
      )}
      <div className={classes.page} data-narrow>
        <article>
          {announcement.state === "published" && <When announcement={announcement} timeZone={timeZone} />}
          <ArticleBody announcement={announcement} timeZone={timeZone} />
        </article>
      </div>
    </>
  );
}
