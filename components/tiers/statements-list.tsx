"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { statementsQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { Money } from "../common/money.tsx";
import classes from "./credit.module.css";

/** An account's monthly statements, newest first, each as PDF and CSV. */
export function StatementsList({ accountId }: { accountId: string }) {
  const t = useTranslations("credit");
  const lang = useLocale() === "zh" ? "zh" : "en";
  const pages = useInfiniteQuery(statementsQuery(accountId));
  if (pages.data === undefined)
    return pages.error === null ? null : (
      <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
    );
  const statements = pages.data.pages.flatMap((page) => page.items);
  const fileOf = (id: string, format: string) =>
    `/api/statements/${encodeURIComponent(id)}/file?format=${format}&lang=${lang}`;
  return (
    <section id="statements" aria-label={t("statements")}>
      <h2 className={classes.heading}>{t("statements")}</h2>
      {statements.length === 0 && <p className={classes.dim}>{t("noStatements")}</p>}
      {statements.length > 0 && (
        <ul className={classes.rows}>
          {statements.map(({ id, month, opening, closing }) => (
            <li key={id} className={classes.row}>
              <span className={classes.what}>{month}</span>
              <span className={classes.figure}>
                <Money value={opening} /> → <Money value={closing} />
              </span>
              <span className={classes.links}>
                <a href={fileOf(id, "pdf")} aria-label={t("pdfOf", { month })}>
                  PDF
                </a>
                <a href={fileOf(id, "csv")} aria-label={t("csvOf", { month })}>
                  CSV
                </a>
              </span>
            </li>
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <Button variant="subtle" size="compact-sm" onClick={() => void pages.fetchNextPage()}>
          {t("older")}
        </Button>
      )}
    </section>
  );
}
