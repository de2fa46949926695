import { invalidFields } from "#lib/core/errors";
import { dayMs, hourMs, minuteMs } from "#lib/core/time";
import { type MetricsQuery, maxMetricPoints } from "./schema.ts";

/** Which family of rollups a chart reads, and its column of the group. */
export type MetricPlan = {
  /** `rows`: no rollup counts what is asked for, so the rows themselves are read, for as long as a page may take. */
  source: "rollups" | "rows";
  /** "model" counts by (model, group, channel, status), "key" by (account, key, model). */
  family: "model" | "key";
  groupColumn: string | undefined;
  metric: MetricsQuery["metric"];
  isLatency: boolean;
  /** The only thing that is asked for or told apart, if it is one: then lines tell it. */
  line: MetricLine | undefined;
  /** Latency per key is not counted by the minute: the rows themselves tell it. */
  fromRows: boolean;
  fromMs: number;
  toMs: number;
  stepMs: number;
};

/** Of which dimension lines are read; `ids` undefined: of all. */
export type MetricLine = {
  dimension: NonNullable<MetricsQuery["groupBy"]>;
  ids: readonly string[] | undefined;
};

const modelColumns: Record<string, string> = {
  model: "model",
  group: "group_id",
  channel: "channel_id",
  status: "status_class::text || 'xx'",
};
const keyColumns: Record<string, string> = {
  model: "model",
  account: "account_id",
  key: "key_id",
  status: "class",
};

const steps = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 4 * hourMs, dayMs];
const mostAutomaticPoints = 1_500;
const longestFromRowsMs = dayMs;
const rowColumns: Record<string, string> = {
  model: "coalesce(model, '')",
  group: "coalesce(group_id, '')",
  channel: "coalesce(channel_id::text, '')",
  status: "(status / 100)::text || 'xx'",
  account: "coalesce(account_id::text, '')",
  key: "coalesce(key_id::text, '')",
};

/**
 * Where a chart's figures come from. Rollups count by (model, group, channel, status) or by (account, key, model),
 * never by both: what needs both is counted from rows. A rollup of both would have as many cells as there are calls
 * where accounts are many, and grow with each account and channel. `to` may lie ahead: it ends at `nowMs`.
 */
export function planMetrics(query: MetricsQuery, nowMs: number): MetricPlan {
  const { metric, groupBy } = query;
  const isPerKey =
    groupBy === "account" || groupBy === "key" || query.accountId !== undefined || query.keyId !== undefined;
  const source = isPerKey && isBesideKeys(query) ? "rows" : "rollups";
  const columns = source === "rows" ? rowColumns : isPerKey ? keyColumns : modelColumns;
  const groupColumn = groupBy === undefined ? undefined : columns[groupBy];
  if (metric === "concurrency") refuseBesideCounters(query);
  const isLatency = metric === "latency" || metric === "firstToken";
  const range = rangeOf(query, nowMs, isPerKey && isLatency && source === "rollups");
  const family = isPerKey ? "key" : "model";
  if (source === "rows")
    return { source, family, groupColumn, line: undefined, metric, isLatency, fromRows: false, ...range };
  const fromRows = isPerKey && isLatency && range.stepMs % hourMs !== 0;
  if (fromRows && range.toMs - range.fromMs > longestFromRowsMs)
    throw invalidFields({ step: `${metric} per account or key beyond 24 hours: take a step of whole hours` });
  const line = isLatency || metric === "concurrency" ? undefined : lineOf(query);
  return { source, family, groupColumn, line, metric, isLatency, fromRows, ...range };
}

/** A chart of two dimensions at once has no lines; one of none is the sum of those by status. */
function lineOf(query: MetricsQuery): MetricLine | undefined {
  const asked: MetricLine[] = [];
  const filters = { model: query.model, group: query.group, channel: query.channelId };
  for (const [name, id] of Object.entries({ ...filters, account: query.accountId, key: query.keyId })) {
    if (id !== undefined) asked.push({ dimension: name as MetricLine["dimension"], ids: [id] });
  }
  const { status, groupBy } = query;
  if (status !== undefined)
    asked.push({ dimension: "status", ids: status === "failed" ? ["4xx", "5xx"] : [status] });
  const [only = { dimension: groupBy ?? "status", ids: undefined }] = asked;
  const isOne = asked.length <= 1 && (groupBy === undefined || groupBy === only.dimension);
  return isOne ? only : undefined;
}

/** Calls at once are counted of all, of models, and of accounts and keys under a limit. */
function refuseBesideCounters({ channelId, group, status, groupBy }: MetricsQuery): void {
  const problem = "calls at once are counted of models, accounts and keys only";
  if (channelId !== undefined) throw invalidFields({ channelId: problem });
  if (group !== undefined) throw invalidFields({ group: problem });
  if (status !== undefined) throw invalidFields({ status: problem });
  if (groupBy === "group" || groupBy === "channel" || groupBy === "status")
    throw invalidFields({ groupBy: problem });
}

/** What rollups by account and key do not know. */
function isBesideKeys({ channelId, group, status, groupBy, metric }: MetricsQuery): boolean {
  const isCounted = metric === "rpm" || metric === "errors";
  if (channelId !== undefined || group !== undefined || groupBy === "channel" || groupBy === "group")
    return true;
  return !isCounted && (status !== undefined || groupBy === "status");
}

function rangeOf(query: MetricsQuery, nowMs: number, isLatencyPerKey: boolean) {
  const askedToMs = query.to === undefined ? nowMs : Date.parse(query.to);
  const fromMs = query.from === undefined ? askedToMs - hourMs : Date.parse(query.from);
  if (fromMs >= askedToMs) throw invalidFields({ from: "must lie before `to`" });
  const toMs = Math.min(askedToMs, nowMs + 1);
  const stepMs = query.step === undefined ? fitting(toMs - fromMs, isLatencyPerKey) : query.step * 1000;
  if ((toMs - fromMs) / stepMs > maxMetricPoints)
    throw invalidFields({ step: `more than ${maxMetricPoints} points: take a larger step` });
  return { fromMs, toMs, stepMs };
}

/** The finest step that draws no more than 1,500 points. */
function fitting(spanMs: number, isLatencyPerKey: boolean): number {
  const least = isLatencyPerKey && spanMs > longestFromRowsMs ? hourMs : minuteMs;
  return steps.find((step) => step >= least && spanMs / step <= mostAutomaticPoints) ?? dayMs;
}
