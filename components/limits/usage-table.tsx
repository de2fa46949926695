"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { limitUsageQuery } from "#lib/api/queries";
import type { LimitUsage } from "#lib/limits/usage-schema";
import { ErrorState } from "../common/error-state.tsx";
import { LimitGauge } from "./limit-gauge.tsx";
import classes from "./limits.module.css";

const SHOWN = 12;
/** More than the answer holds are no help to anybody: which one is full stands first. */
const MOST = 500;

const button = { root: classes.choose ?? "", label: classes.chooseLabel ?? "" };

type Props = {
  of: { accountId: string } | { keyId: string };
  /** Beside each: what one can do with it. */
  action?: (usage: LimitUsage) => React.ReactNode;
  onChoose?: (usage: LimitUsage) => void;
  chosen?: { model: string | null; metric: string } | null;
};

/** What is used now of every limit that an account or a key is under, the fullest first. */
export function UsageTable({ of, action, onChoose, chosen }: Props) {
  const t = useTranslations("limits");
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useQuery({
    ...limitUsageQuery({ ...of, limit: MOST }),
    refetchInterval: 3_000,
  });
  if (data === undefined) {
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  }
  if (data.items.length === 0) return <p className={classes.note}>{t("nothingLimits")}</p>;
  const shown = isWhole ? data.items : data.items.slice(0, SHOWN);
  return (
    <div>
      <table className={`${classes.table} ${classes.usage}`} aria-label={t("usedNow")}>
        <thead>
          <tr>
            <th>{t("model")}</th>
            <th>{t("metric")}</th>
            <th>{t("usedNow")}</th>
            <th className={classes.wide}>{t("from")}</th>
            {action !== undefined && <th aria-label={t("actions")} />}
          </tr>
        </thead>
        <tbody>
          {shown.map((usage) => (
            <tr key={`${usage.scope} ${usage.keyId} ${usage.model} ${usage.metric} ${usage.shadow}`}>
              <td>
                {onChoose === undefined ? (
                  (usage.model ?? t("allModels"))
                ) : (
                  <Button
                    classNames={button}
                    variant="subtle"
                    size="compact-sm"
                    aria-pressed={chosen?.model === usage.model && chosen.metric === usage.metric}
                    onClick={() => onChoose(usage)}
                  >
                    {usage.model ?? t("allModels")}
                  </Button>
                )}
              </td>
              <td className={classes.metric}>{t(`metrics.${usage.metric}`)}</td>
              <td>
                <LimitGauge used={usage.used} limit={usage.limit} label={t(`metricHelp.${usage.metric}`)} />
              </td>
              <td className={classes.wide}>
                {t(`sources.${usage.scope}`)}
                {usage.shadow && <span className={classes.dim}> · {t("inShadow")}</span>}
              </td>
              {action !== undefined && <td data-right>{action(usage)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {data.items.length > shown.length && (
        <Button classNames={button} variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          {t(data.items.length < MOST ? "showAll" : "showMost", { count: data.items.length })}
        </Button>
      )}
    </div>
  );
}
