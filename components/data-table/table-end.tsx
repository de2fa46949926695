"use client";

import { Button } from "@mantine/core";
import { useLocale, useTranslations } from "next-intl";
import classes from "./data-table.module.css";
import type { TablePages } from "./data-table.tsx";

/** Below the last row: more to load, how far was looked, what went wrong loading it, or how many rows there are. */
export function TableEnd({ pages, count }: { pages: TablePages<unknown>; count: number }) {
  const t = useTranslations("table");
  const { hasNextPage, isFetchingNextPage, error, fetchNextPage } = pages;
  const last = pages.data?.pages.at(-1);
  const scannedTo = last?.partial === true ? (last.scannedTo ?? null) : null;
  return (
    <div className={classes.end}>
      {error !== null && (
        <span role="alert" className={classes.endError}>
          {error.message}
        </span>
      )}
      {scannedTo !== null && <Scanned to={scannedTo} count={count} />}
      {hasNextPage ? (
        <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t(scannedTo === null ? "loadMore" : "lookFurther")}
        </Button>
      ) : (
        <span>{t("rows", { count })}</span>
      )}
    </div>
  );
}

function Scanned({ to, count }: { to: string; count: number }) {
  const t = useTranslations("table");
  const locale = useLocale();
  const time = new Date(to).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return (
    <span role="status" suppressHydrationWarning>
      {t("scannedTo", { time, count })}
    </span>
  );
}
