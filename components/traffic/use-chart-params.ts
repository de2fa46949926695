"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { pushed } from "../data-table/history.ts";
import { presets } from "../data-table/time-range.ts";
import { chartMetrics, groupings, percentiles } from "./chart-choices.ts";

/** What of the charts page stands in the URL. */
export function useChartParams() {
  return useQueryStates(
    {
      metric: parseAsStringLiteral(chartMetrics).withDefault("rpm"),
      groupBy: parseAsStringLiteral(groupings),
      percentile: parseAsStringLiteral(percentiles),
      range: parseAsStringLiteral(presets),
      from: parseAsString,
      to: parseAsString,
      accountId: parseAsString,
      keyId: parseAsString,
      model: parseAsString,
      channelId: parseAsString,
      group: parseAsString,
      status: parseAsStringLiteral(["2xx", "4xx", "5xx", "failed"]),
      view: parseAsStringLiteral(["table"]),
    },
    pushed,
  );
}
