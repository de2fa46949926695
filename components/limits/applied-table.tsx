"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { appliedLimitsQuery } from "#lib/api/queries";
import type { AppliedLimit } from "#lib/limits/schema";
import { ErrorState } from "../common/error-state.tsx";
import { LimitGauge } from "./limit-gauge.tsx";
import classes from "./limits.module.css";

/** For this key and this model these limits apply, from here, because. */
export function AppliedTable({ keyId, model }: { keyId: string; model: string }) {
  const t = useTranslations("limits");
  const { data, error, refetch } = useQuery({ ...appliedLimitsQuery(keyId, model), refetchInterval: 5_000 });
  if (data === undefined) {
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  }
  if (data.items.length === 0) return <p className={classes.note}>{t("nothingApplies")}</p>;
  return (
    <table className={classes.table} aria-label={t("views.applied")}>
      <thead>
        <tr>
          <th>{t("metric")}</th>
          <th>{t("usedNow")}</th>
          <th>{t("from")}</th>
          <th className={classes.wide}>{t("because")}</th>
        </tr>
      </thead>
      <tbody>
        {data.items.map((limit) => (
          <tr key={`${limit.scope} ${limit.model} ${limit.metric} ${limit.shadow}`}>
            <td>{t(`metrics.${limit.metric}`)}</td>
            <td>
              <LimitGauge used={limit.used} limit={limit.limit} label={t(`metricHelp.${limit.metric}`)} />
            </td>
            <td>
              {t(`scopes.${limit.scope}`)}
              {limit.shadow && <span className={classes.dim}> · {t("inShadow")}</span>}
            </td>
            <td className={classes.wide}>{reasonOf(limit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );

  function reasonOf({ scope, model: on }: AppliedLimit): string {
    const what = on ?? t("allModels");
    if (scope === "account" && on !== null) return t("reasons.instead", { what });
    return t(`reasons.${scope}`, { what });
  }
}
