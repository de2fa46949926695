"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { metricsQuery } from "#lib/api/queries";
import { type PreparedChart, prepareSeries } from "../charts/prepare-series.ts";
import { useMe } from "../shell/me.tsx";
import {
  type ChartFilters,
  type ChartMetric,
  chartFilterKeys,
  type Grouping,
  possibleGroupings,
} from "./chart-choices.ts";

export type ChartQuestion = {
  metric: ChartMetric;
  groupBy: Grouping | null;
  percentile: string | null;
  filters: ChartFilters;
  ends: { from?: string; to?: string };
};

/** The chart that is asked for, in the steps that fit its time, and the same stretch before it as a faint line. */
export function useChart(question: ChartQuestion) {
  const t = useTranslations("charts");
  const { metric, groupBy, percentile, filters, ends } = question;
  const isLive = ends.to === undefined;
  const asked = { metric, groupBy, percentile: groupBy === null ? null : percentile, ...filters };
  const now = useQuery({
    ...metricsQuery({ ...asked, ...ends }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (!isLive ? false : state.data?.source === "rows" ? 120_000 : 30_000),
  });
  const answer = now.data;
  const isLatency = metric === "latency" || metric === "firstToken";
  // Rows are read once: what was before them would take as long again.
  const isSummed = answer !== undefined && answer.source === "rollups";
  const hasBefore = groupBy === null && !isLatency && isSummed && !now.isPlaceholderData;
  const before = useQuery({
    ...metricsQuery({ ...asked, ...(answer === undefined ? {} : stretchBefore(answer)) }),
    enabled: hasBefore,
    staleTime: 600_000,
  });
  if (answer === undefined) return { query: now, answer, chart: null };
  const [fromMs, toMs] = [Date.parse(answer.from), Date.parse(answer.to)];
  const stepMs = answer.step * 1000;
  const named = answer.series.map((series) => ({
    ...series,
    name:
      series.group === "other"
        ? t("rest")
        : series.group === "total"
          ? t(`metrics.${metric}`)
          : nameOf(series, t("none")),
  }));
  const earlier = hasBefore ? before.data?.series[0] : undefined;
  const chart: PreparedChart = prepareSeries(
    [...named, ...(earlier === undefined ? [] : [{ ...earlier, group: "other", name: t("before") }])],
    {
      stepMs,
      nowMs: isLive ? now.dataUpdatedAt : Number.POSITIVE_INFINITY,
      shiftsMs: [...named.map(() => 0), stepsBetween(toMs - fromMs, stepMs)],
      whole: { fromMs, toMs },
    },
  );
  return { query: now, answer: { ...answer, series: named }, chart };
}

function nameOf({ group, name }: { group: string; name: string }, none: string): string {
  return group === "" ? none : name;
}

/** As long as the chart, ending where it begins. */
function stretchBefore({ from, to, step }: { from: string; to: string; step: number }) {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const lengthMs = stepsBetween(toMs - fromMs, step * 1000);
  return { from: new Date(fromMs - lengthMs).toISOString(), to: from, step };
}

function stepsBetween(spanMs: number, stepMs: number): number {
  return Math.ceil(spanMs / stepMs) * stepMs;
}

/** The groupings that the switch offers, and the one in force: none where the address asks for an impossible one. */
export function useGroupings(metric: ChartMetric, asked: Grouping | null) {
  const possible = possibleGroupings(metric, useMe().role === "customer");
  return { possible, groupBy: asked !== null && possible.includes(asked) ? asked : null };
}

export function filtersOf(params: Record<string, unknown>): ChartFilters {
  const text = (key: string) => (typeof params[key] === "string" ? params[key] : null);
  return Object.fromEntries(chartFilterKeys.map((key) => [key, text(key)])) as ChartFilters;
}
