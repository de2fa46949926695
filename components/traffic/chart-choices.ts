/** What a chart can show, in the order of the switch. */
export const chartMetrics = [
  "rpm",
  "tpm",
  "ipm",
  "vpm",
  "apm",
  "concurrency",
  "cost",
  "errors",
  "latency",
  "firstToken",
] as const;
export type ChartMetric = (typeof chartMetrics)[number];

export const groupings = ["model", "key", "account", "channel", "group", "status"] as const;
export type Grouping = (typeof groupings)[number];
export const percentiles = ["p50", "p95", "p99"] as const;

/** Filters of a chart; each is a parameter of `GET /api/metrics`. */
export const chartFilterKeys = ["accountId", "keyId", "model", "channelId", "group", "status"] as const;
export type ChartFilters = Readonly<Record<(typeof chartFilterKeys)[number], string | null>>;

/** Which filter of the request log a series of a grouping is; statuses and models are called there as here. */
const logFilterOf: Readonly<Record<Grouping, string>> = {
  model: "model",
  key: "keyId",
  account: "accountId",
  channel: "channelId",
  group: "group",
  status: "status",
};

/** Calls at once are counted of these. */
const ofCallsAtOnce: readonly Grouping[] = ["model", "key", "account"];
const ofOperators: readonly Grouping[] = ["account", "channel", "group"];

/** By what a chart can be grouped. Which channel serves a customer, and what others share it, is the operators' business. */
export function possibleGroupings(metric: ChartMetric, isCustomer: boolean): Grouping[] {
  const counted = metric === "concurrency" ? ofCallsAtOnce : groupings;
  return counted.filter((grouping) => !isCustomer || !ofOperators.includes(grouping));
}

/** The rows of the request log behind a series in a stretch of time; `group` null: behind all of them. */
export function rowsHref(
  filters: ChartFilters,
  series: { grouping: Grouping | null; group: string | null; metric: ChartMetric },
  time: { from: string; to: string | null },
): string {
  const params = new URLSearchParams();
  for (const key of chartFilterKeys) {
    const value = filters[key];
    if (value !== null) params.set(key, value);
  }
  const { grouping, group, metric } = series;
  if (metric === "errors" && !params.has("status")) params.set("status", "failed");
  // "other" is many groups, and calls that were refused before they had one are of none.
  if (grouping !== null && group !== null && group !== "other" && group !== "")
    params.set(logFilterOf[grouping], group);
  params.set("from", time.from);
  if (time.to !== null) params.set("to", time.to);
  return `/logs?${params}`;
}
