import { useLocale, useTranslations } from "next-intl";
import type { Announcement } from "#lib/announcements/schema";
import { effectiveText } from "#lib/announcements/words";
import classes from "./announcements.module.css";
import { ChangeTable } from "./change-table.tsx";

/** Title and text in the reader's language; what has no Chinese is told in English. */
export function useWords(announcement: Pick<Announcement, "title" | "titleZh" | "html" | "htmlZh">) {
  const isZh = useLocale() === "zh";
  const { title, titleZh, html, htmlZh } = announcement;
  return {
    title: isZh && titleZh !== "" ? titleZh : title,
    html: isZh && htmlZh !== "" ? htmlZh : html,
  };
}

/** From when it holds, in the site's time zone. */
export function InForce({ at, timeZone }: { at: string | null; timeZone: string }) {
  const t = useTranslations("announcements");
  const locale = useLocale();
  if (at === null) return null;
  return <p className={classes.effective}>{t("inForce", { at: effectiveText(at, timeZone, locale) })}</p>;
}

/** A text that the server has made safe HTML of. */
export function Prose({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: made by lib/announcements/markdown, where tags become text
  return <div className={classes.prose} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** The whole of one announcement below its title. */
export function ArticleBody({ announcement, timeZone }: { announcement: Announcement; timeZone: string }) {
  const { html } = useWords(announcement);
  return (
    <>
      <InForce at={announcement.effectiveAt} timeZone={timeZone} />
      <Prose html={html} />
      <ChangeTable changes={announcement.changes} />
    </>
  );
}
