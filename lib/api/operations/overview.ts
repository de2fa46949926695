import { operation } from "#lib/api/operation";
import { getOverview } from "#lib/metrics/overview-service";
import { overviewAnswer } from "#lib/metrics/schema";

export const getOverviewOperation = operation({
  id: "getOverview",
  method: "GET",
  path: "/api/overview",
  summary: "Now against the same time a week ago, and what is wrong",
  tag: "Metrics",
  permission: "overview.read",
  answer: overviewAnswer,
  run: () => getOverview(),
});
