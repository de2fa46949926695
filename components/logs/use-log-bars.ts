"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { logHistogramQuery } from "#lib/api/queries";
import { type LogFilters, logFilterKeys } from "#lib/logs/filter-keys";
import type { LogHistogram } from "#lib/metrics/histogram-schema";
import type { BarRow } from "../charts/stacked-bars.tsx";

export const statusClasses = ["2xx", "4xx", "5xx"] as const;
const mostBars = 180;

/** Calls per minute, a row per step, a value per class of status. */
export type LogBars = {
  rows: BarRow[];
  stepMs: number;
  fromMs: number;
  toMs: number;
  /** Of all bars, and those of them that were refused or failed. */
  calls: number;
  unsuccessful: number;
  /** There was too much to count: what is older than this was not. Null: all was counted. */
  countedSinceMs: number | null;
};

/**
 * The bars above the request log, under all its filters; asked again while the list reaches up to now: often where sums
 * answer, seldom where rows are counted one by one. `ends` undefined: where the list begins is not known yet.
 */
export function useLogBars(ends: { from?: string; to?: string } | undefined, filters: LogFilters) {
  const asked = Object.fromEntries(logFilterKeys.map((key) => [key, filters[key]]));
  return useQuery({
    ...logHistogramQuery({ ...asked, ...ends, bars: mostBars }),
    enabled: ends !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      ends?.to !== undefined ? false : state.data?.source === "rows" ? 120_000 : 30_000,
    select: barsOf,
  });
}

function barsOf({ bars, step, from, to, scannedTo }: LogHistogram): LogBars {
  const minutes = step / 60;
  const unsuccessful = bars.reduce((sum, { refused, failed }) => sum + refused + failed, 0);
  return {
    unsuccessful,
    calls: bars.reduce((sum, { succeeded }) => sum + succeeded, unsuccessful),
    rows: bars.map(({ t, succeeded, refused, failed }) => ({
      t: Date.parse(t),
      values: [succeeded / minutes, refused / minutes, failed / minutes],
    })),
    stepMs: step * 1_000,
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    countedSinceMs: scannedTo === null ? null : Date.parse(scannedTo),
  };
}
