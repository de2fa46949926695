"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { limitsQuery } from "#lib/api/queries";
import { Count } from "../common/count.tsx";
import { ErrorState } from "../common/error-state.tsx";
import classes from "./limits.module.css";

const SHOWN = 12;

/** What a group's accounts may use each; the first of them, the grid shows all. */
export function LimitsOfGroup({ groupId }: { groupId: string }) {
  const t = useTranslations("limits");
  const { data, error, refetch } = useInfiniteQuery(limitsQuery({ scope: "group", scopeId: groupId }));
  if (data === undefined)
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  const limits = data.pages.flatMap((page) => page.items);
  if (limits.length === 0) return <p className={classes.note}>{t("groupHasNone")}</p>;
  return (
    <table className={classes.table} aria-label={t("title")}>
      <tbody>
        {limits.slice(0, SHOWN).map(({ id, model, metric, value }) => (
          <tr key={id}>
            <td>{model ?? t("allModels")}</td>
            <td>{t(`metricHelp.${metric}`)}</td>
            <td data-right>
              <Count value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
