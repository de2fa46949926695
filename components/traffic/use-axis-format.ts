"use client";

import { compactNumber } from "../common/compact-number.ts";
import { useRoundedMoney } from "../common/currency.tsx";
import { durationText } from "../common/duration.ts";
import type { ChartMetric } from "./chart-choices.ts";

/** How a metric's values are written on axes and in tables. */
export function useAxisFormat(metric: ChartMetric): (value: number) => string {
  const money = useRoundedMoney();
  if (metric === "cost") return money;
  return metric === "latency" || metric === "firstToken" ? durationText : compactNumber;
}
