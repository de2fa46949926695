"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { metricsQuery } from "#lib/api/queries";
import type { LogFilterKey, LogFilters } from "#lib/logs/filter-keys";
import type { Metrics } from "#lib/metrics/schema";
import type { BarRow } from "../charts/stacked-bars.tsx";
import { stepFor } from "../charts/zoom.ts";
import { countedFilters } from "./counted-filters.ts";

export const statusClasses = ["2xx", "4xx", "5xx"] as const;
/** 30 days in steps of 4 hours, and the hour by which a range is rounded. */
const mostBars = 182;

/** Calls per minute, a row per step, a value per class of status; without the filters that are `left` out. */
export type LogBars = {
  rows: BarRow[];
  stepMs: number;
  fromMs: number;
  toMs: number;
  left: readonly LogFilterKey[];
};

/** The bars above the request log, under its filters; asked again while the list reaches up to now. */
export function useLogBars(ends: { from?: string; to?: string }, filters: LogFilters) {
  const [openedAt] = useState(() => Date.now());
  const toMs = ends.to === undefined ? openedAt : Date.parse(ends.to);
  const fromMs = ends.from === undefined ? toMs - 86_400_000 : Date.parse(ends.from);
  const stepMs = stepFor(toMs - fromMs, mostBars);
  const { counted, left } = countedFilters(filters);
  return useQuery({
    ...metricsQuery({ ...counted, metric: "rpm", groupBy: "status", step: stepMs / 1000, ...ends }),
    placeholderData: keepPreviousData,
    refetchInterval: ends.to === undefined ? 30_000 : false,
    select: (data): LogBars => ({ rows: rowsOf(data), stepMs, fromMs, toMs, left }),
  });
}

function rowsOf({ series }: Metrics): BarRow[] {
  const byClass = statusClasses.map((name) => series.find(({ group }) => group === name)?.points ?? []);
  const longest = series[0]?.points ?? [];
  return longest.map(({ t }, index) => ({
    t: Date.parse(t),
    values: byClass.map((points) => Number(points[index]?.value ?? 0)),
  }));
}
