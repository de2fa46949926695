"use client";

import { IconInfoCircle } from "@tabler/icons-react";
import { useLocale, useTranslations } from "next-intl";
import type { LogPage } from "#lib/logs/schema";
import classes from "./logs.module.css";
import { type ReachNote, reachNotes } from "./reach-notes.ts";

type Props = { ends: { from?: string; to?: string }; isPreset: boolean; reach: LogPage };

/** What the chosen range leaves open, or asks for in vain. */
export function LogReach({ ends, isPreset, reach }: Props) {
  const notes = reachNotes(ends, isPreset, reach, Date.parse(reach.to));
  if (notes.length === 0) return null;
  return (
    <p className={classes.reach} role="note">
      <IconInfoCircle size={14} aria-hidden />
      {notes.map((note) => (
        <Note key={note.kind} note={note} />
      ))}
    </p>
  );
}

function Note({ note }: { note: ReachNote }) {
  const t = useTranslations("logs.reach");
  const locale = useLocale();
  if (note.kind === "noEnd") {
    const time = new Date(note.time).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
    return <span suppressHydrationWarning>{t("noEnd", { time })}</span>;
  }
  // Days of the log are days of UTC, whose first instant may be the day before where one sits.
  const day = new Date(note.day).toLocaleDateString(locale, { dateStyle: "medium", timeZone: "UTC" });
  if (note.kind === "gone") return <span>{t("gone", { day, days: note.days })}</span>;
  return <span>{t(note.kind, { day })}</span>;
}
