"use client";

import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { limitHistoryQuery } from "#lib/api/queries";
import type { Metric } from "#lib/limits/metrics";
import type { LimitHistory } from "#lib/limits/report-schema";
import { LazyTimeSeries } from "../charts/lazy-time-series.tsx";
import { prepareSeries, type RawSeries } from "../charts/prepare-series.ts";
import { ErrorState } from "../common/error-state.tsx";
import { groupDigits } from "../common/format-money.ts";
import classes from "./limits.module.css";

const spans = ["24h", "7d"] as const;

type Props = { accountId: string; model: string | null; metric: Metric; wanted?: number };

/** The fullest minute of each step beside the limit (and what is wanted), and below it the calls that were refused. */
export function HistoryChart({ accountId, model, metric, wanted }: Props) {
  const t = useTranslations("limits");
  const [span, setSpan] = useState<(typeof spans)[number]>("24h");
  const query = useQuery({
    ...limitHistoryQuery({ accountId, model, metric, span }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const { data, error, refetch, dataUpdatedAt } = query;
  if (data === undefined) {
    return error === null ? (
      <div style={{ height: 232 }} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  }
  const refused = data.points.reduce((sum, point) => sum + point.refused, 0);
  const options = { stepMs: data.step * 1000, nowMs: dataUpdatedAt };
  const chart = prepareSeries(
    seriesOf(data, wanted, { used: t("used"), limit: t("limit"), wanted: t("wanted") }),
    options,
  );
  return (
    <div className={classes.chart}>
      <div className={classes.chartHead}>
        <SegmentedControl
          aria-label={t("span")}
          size="xs"
          value={span}
          onChange={(value) => setSpan(spans.find((each) => each === value) ?? "24h")}
          data={spans.map((value) => ({ value, label: t(`spans.${value}`) }))}
        />
        <span>
          {t("peak")} <strong>{groupDigits(String(data.peak))}</strong>{" "}
          <span className={classes.dim}>
            / {data.limit === null ? t("noLimit") : groupDigits(String(data.limit))}
          </span>
        </span>
        <span>
          {t("refused")} <strong>{groupDigits(String(refused))}</strong>
        </span>
      </div>
      <LazyTimeSeries
        label={t("historyLabel", { metric: t(`metricHelp.${metric}`) })}
        chart={chart}
        firstHue={0}
        format={compact}
        height={190}
        stepMs={options.stepMs}
      />
      {refused > 0 && (
        <>
          <span className={classes.note}>{t("refusedCalls")}</span>
          <LazyTimeSeries
            label={t("refusedCalls")}
            chart={prepareSeries(
              [
                {
                  group: "refused",
                  name: t("refused"),
                  points: data.points.map((p) => ({ t: p.t, value: p.refused })),
                },
              ],
              options,
            )}
            firstHue={7}
            format={compact}
            height={84}
            stepMs={options.stepMs}
          />
        </>
      )}
    </div>
  );
}

function seriesOf(
  { points, limit }: LimitHistory,
  wanted: number | undefined,
  names: Record<"used" | "limit" | "wanted", string>,
): RawSeries[] {
  const flat = (group: string, name: string, value: number): RawSeries => ({
    group,
    name,
    points: points.map(({ t }) => ({ t, value })),
  });
  return [
    { group: "used", name: names.used, points: points.map(({ t, peak }) => ({ t, value: peak })) },
    ...(limit === null ? [] : [flat("other", names.limit, limit)]),
    ...(wanted === undefined ? [] : [flat("wanted", names.wanted, wanted)]),
  ];
}

function compact(value: number): string {
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toPrecision(3))}M`;
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return groupDigits(String(Math.round(value)));
}
