"use client";

import { useLocale, useTranslations } from "next-intl";
import classes from "./common.module.css";
import { CopyButton } from "./copy-button.tsx";

/** A moment as people and programs write it, each with a button that copies it. */
export function Moments({ at }: { at: string }) {
  const t = useTranslations("common");
  const locale = useLocale();
  const date = new Date(at);
  const local = date.toLocaleString(locale, { dateStyle: "medium", timeStyle: "medium" });
  const rows = [
    { label: t("localTime"), text: local },
    { label: "UTC", text: date.toISOString() },
    { label: "Unix", text: String(Math.floor(date.getTime() / 1000)) },
  ];
  return (
    <dl className={classes.moments}>
      {rows.map(({ label, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span suppressHydrationWarning>{text}</span>
            <CopyButton value={text} label={t("copyValue", { what: label })} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
