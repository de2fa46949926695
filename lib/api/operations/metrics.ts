import { z } from "zod";
import { operation } from "#lib/api/operation";
import { metricGroupings, metricsAnswer, metricsQuery } from "#lib/metrics/schema";
import { getMetrics } from "#lib/metrics/service";

export const getMetricsOperation = operation({
  id: "getMetrics",
  method: "GET",
  path: "/api/metrics",
  summary: "A chart: one metric over time, by group; refused calls count as requests",
  tag: "Metrics",
  permission: "metrics.read",
  customers: {
    account: "query",
    // Which channel serves them, and what others share it, is the operators' business.
    query: metricsQuery
      .omit({ channelId: true, group: true })
      .extend({ groupBy: z.enum(metricGroupings).exclude(["channel", "group"]).optional() }),
  },
  query: metricsQuery,
  answer: metricsAnswer,
  run: ({ query }) => getMetrics(query),
});
