"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { limitRefusalsQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { SheetSection } from "../common/facts.tsx";
import { groupDigits } from "../common/format-money.ts";
import classes from "./limits.module.css";

const REFRESH_MS = 30_000;

/** Who and what ran into limits in the last 24 h, most first, and what limits in shadow mode would have refused. */
export function RefusedPanel() {
  const t = useTranslations("limits");
  return (
    <div className={classes.page}>
      <p className={classes.note}>{t("refusedHelp")}</p>
      <div className={classes.columns}>
        <SheetSection title={t("byAccount")}>
          <RefusedTable by="account" />
        </SheetSection>
        <SheetSection title={t("byModel")}>
          <RefusedTable by="model" />
        </SheetSection>
      </div>
      <SheetSection title={t("byLimit")}>
        <RefusedTable by="limit" />
      </SheetSection>
    </div>
  );
}

function RefusedTable({ by }: { by: "account" | "model" | "limit" }) {
  const t = useTranslations("limits");
  const { data, error, refetch } = useQuery({
    ...limitRefusalsQuery({ by, hours: 24, limit: by === "limit" ? 30 : 10 }),
    refetchInterval: REFRESH_MS,
  });
  if (data === undefined) {
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  }
  if (data.items.length === 0) return <p className={classes.note}>{t("noneRefused")}</p>;
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th>{t(by === "account" ? "account" : by === "model" ? "model" : "limit")}</th>
          <th data-right>{t("refused")}</th>
          <th data-right>{t("wouldRefuse")}</th>
        </tr>
      </thead>
      <tbody>
        {data.items.map((row) => (
          <tr key={JSON.stringify([row.accountId, row.scope, row.scopeId, row.model, row.metric])}>
            <td>
              {by === "account" && row.accountId !== null && (
                <Link className={classes.link} href={`/accounts/${row.accountId}?tab=limits`}>
                  {row.accountName ?? row.accountId}
                </Link>
              )}
              {by === "model" && (row.model ?? t("allModels"))}
              {by === "limit" && row.scope !== null && row.metric !== null && (
                <>
                  {row.model ?? t("allModels")}{" "}
                  <span className={classes.dim}>
                    {t(`metrics.${row.metric}`)} · {t(`scopes.${row.scope}`)}
                    {row.scopeId !== null && ` ${row.scopeName ?? row.scopeId}`}
                  </span>
                </>
              )}
            </td>
            <td data-right>{groupDigits(String(row.refused))}</td>
            <td data-right>{row.wouldRefuse === 0 ? "–" : groupDigits(String(row.wouldRefuse))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
