"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import classes from "./data-table.module.css";
import type { TablePages } from "./data-table.tsx";

/** Below the last row: more to load, what went wrong loading it, or how many rows there are. */
export function TableEnd({ pages, count }: { pages: TablePages<unknown>; count: number }) {
  const t = useTranslations("table");
  const { hasNextPage, isFetchingNextPage, error, fetchNextPage } = pages;
  return (
    <div className={classes.end}>
      {error !== null && (
        <span role="alert" className={classes.endError}>
          {error.message}
        </span>
      )}
      {hasNextPage ? (
        <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t("loadMore")}
        </Button>
      ) : (
        <span>{t("rows", { count })}</span>
      )}
    </div>
  );
}
