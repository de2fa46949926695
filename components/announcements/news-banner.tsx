"use client";

import { CloseButton } from "@mantine/core";
import { IconSpeakerphone } from "@tabler/icons-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { BannerNews } from "#lib/announcements/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./announcements.module.css";

/** The newest announcement, above every page of the portal until it is dismissed: on all devices, as it is kept. */
export function NewsBanner({ news }: { news: NonNullable<BannerNews> }) {
  const t = useTranslations("announcements");
  const isZh = useLocale() === "zh";
  const [isGone, setGone] = useState(false);
  const dismiss = useApiMutation<void, void>({
    send: () => ({ method: "POST", path: "/api/me/news/dismiss", body: { id: news.id } }),
    invalidates: ["/api/me"],
  });
  if (isGone) return null;
  const title = isZh && news.titleZh !== "" ? news.titleZh : news.title;
  return (
    <section className={classes.banner} aria-label={t("title")}>
      <IconSpeakerphone size={16} aria-hidden />
      <span>
        {title}{" "}
        <Link className={classes.link} href={`/announcements/${news.id}`}>
          {t("read")}
        </Link>
      </span>
      <CloseButton
        size="sm"
        aria-label={t("dismiss")}
        onClick={() => {
          setGone(true);
          dismiss.mutate();
        }}
      />
    </section>
  );
}
