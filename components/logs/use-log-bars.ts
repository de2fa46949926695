"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { metricsQuery } from "#lib/api/queries";
import type { LogFilters } from "#lib/logs/filter-keys";
import type { Metrics } from "#lib/metrics/schema";
import type { BarRow } from "../charts/stacked-bars.tsx";
import { stepFor } from "../charts/zoom.ts";

export const statusClasses = ["2xx", "4xx", "5xx"] as const;
const mostBars = 180;

/** Calls per minute, a row per step, a value per class of status. `isPartial`: not all of the time could be counted. */
export type LogBars = { rows: BarRow[]; stepMs: number; fromMs: number; toMs: number; isPartial: boolean };

/** The bars above the request log, under its filters; asked again while the list reaches up to now. */
export function useLogBars(ends: { from?: string; to?: string }, filters: LogFilters) {
  const [openedAt] = useState(() => Date.now());
  const toMs = ends.to === undefined ? openedAt : Date.parse(ends.to);
  const fromMs = ends.from === undefined ? toMs - 86_400_000 : Date.parse(ends.from);
  const stepMs = stepFor(toMs - fromMs, mostBars);
  const { accountId, keyId, model, channelId, group } = filters;
  return useQuery({
    ...metricsQuery({
      metric: "rpm",
      groupBy: "status",
      step: stepMs / 1000,
      accountId,
      keyId,
      model,
      channelId,
      group,
      ...ends,
    }),
    placeholderData: keepPreviousData,
    refetchInterval: ends.to === undefined ? 30_000 : false,
    select: (data): LogBars => ({ rows: rowsOf(data), stepMs, fromMs, toMs, isPartial: false }),
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
