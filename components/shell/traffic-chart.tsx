"use client";

import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { metricsQuery } from "#lib/api/queries";
import { LazyTimeSeries } from "../charts/lazy-time-series.tsx";
import { prepareSeries, type RawSeries } from "../charts/prepare-series.ts";
import { compactNumber } from "../common/compact-number.ts";
import { useRoundedMoney } from "../common/currency.tsx";
import { chartSpans, metricNames, type SpanName, spanEnds, weekMs } from "./chart-spans.ts";
import classes from "./traffic-chart.module.css";

const height = 248;
const spanNames = ["1h", "24h", "7d"] as const satisfies readonly SpanName[];

type Props = { filter?: { keyId: string } | { accountId: string } };

/** One chart with a metric switch, last week's line behind this one's; dragging leads to the rows. */
export function TrafficChart({ filter }: Props) {
  const t = useTranslations("overview.chart");
  const router = useRouter();
  const [{ metric, span }, setParams] = useQueryStates({
    metric: parseAsStringLiteral(metricNames).withDefault("rpm"),
    span: parseAsStringLiteral(spanNames).withDefault("24h"),
  });
  const { chart, stepMs } = useTraffic(metric, span, filter);
  const money = useRoundedMoney();
  const format = metric === "cost" ? money : compactNumber;
  const openRows = (fromMs: number, toMs: number) =>
    router.push(
      `/logs?${new URLSearchParams({ ...filter, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() })}`,
    );
  return (
    <section className={classes.chart} aria-label={t("title")}>
      <div className={classes.chartHead}>
        <SegmentedControl
          aria-label={t("metric")}
          value={metric}
          onChange={(value) => void setParams({ metric: metricNames.find((name) => name === value) ?? null })}
          data={metricNames.map((value) => ({ value, label: t(`metrics.${value}`) }))}
        />
        <SegmentedControl
          aria-label={t("span")}
          value={span}
          onChange={(value) => void setParams({ span: spanNames.find((name) => name === value) ?? null })}
          data={spanNames.map((value) => ({ value, label: t(`spans.${value}`) }))}
        />
      </div>
      <div className={classes.plot} style={{ height }}>
        {chart !== null && (
          <LazyTimeSeries
            label={`${t(`metrics.${metric}`)}, ${t(`spans.${span}`)}`}
            chart={chart}
            firstHue={0}
            format={format}
            height={height}
            stepMs={stepMs}
            onSelect={openRows}
          />
        )}
        {chart?.isEmpty === true && <p className={classes.noTraffic}>{t("empty")}</p>}
      </div>
    </section>
  );
}

/** This stretch and the same one a week before. The ends are cut to the step, so that the cache can answer. */
function useTraffic(metric: (typeof metricNames)[number], span: SpanName, filter: Props["filter"]) {
  const t = useTranslations("overview.chart");
  const { stepMs } = chartSpans[span];
  const [openedAt] = useState(() => Date.now());
  const now = useQuery({
    ...metricsQuery({ ...filter, metric, step: stepMs / 1000, ...spanEnds(span, openedAt, 0) }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const before = useQuery({
    ...metricsQuery({ ...filter, metric, step: stepMs / 1000, ...spanEnds(span, openedAt, weekMs) }),
    placeholderData: keepPreviousData,
    staleTime: 600_000,
  });
  if (now.data === undefined) return { chart: null, stepMs };
  const series: RawSeries[] = [
    { group: "now", name: t("now"), points: now.data.series[0]?.points ?? [] },
    { group: "other", name: t("before"), points: before.data?.series[0]?.points ?? [] },
  ];
  return {
    chart: prepareSeries(series, { stepMs, nowMs: now.dataUpdatedAt, shiftsMs: [0, weekMs] }),
    stepMs,
  };
}
