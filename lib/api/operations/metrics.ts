import { operation } from "#lib/api/operation";
import { metricsAnswer, metricsQuery } from "#lib/metrics/schema";
import { getMetrics } from "#lib/metrics/service";

export const getMetricsOperation = operation({
  id: "getMetrics",
  method: "GET",
  path: "/api/metrics",
  summary: "A chart: one metric over time, by group; refused calls count as requests",
  tag: "Metrics",
  permission: "metrics.read",
  customers: { account: "query", query: metricsQuery.omit({ channelId: true, group: true }) },
  query: metricsQuery,
  answer: metricsAnswer,
  run: ({ query }) => getMetrics(query),
});
