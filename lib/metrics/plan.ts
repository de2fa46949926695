import { invalidFields } from "#lib/core/errors";
import { dayMs, hourMs, minuteMs } from "#lib/core/time";
import { type MetricsQuery, maxMetricPoints } from "./schema.ts";

/** Which family of rollups a chart reads, and its column of the group. */
export type MetricPlan = {
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
const byKeyRefusal = "cannot be combined with an account or key";

/**
 * Where a chart's figures come from. Rollups count by (model, group, channel, status) or by (account, key, model),
 * never by both: what would need both is refused with 422 `invalid_fields`. `to` may lie ahead: it ends at `nowMs`.
 */
export function planMetrics(query: MetricsQuery, nowMs: number): MetricPlan {
  const { metric, groupBy } = query;
  const isPerKey =
    groupBy === "account" || groupBy === "key" || query.accountId !== undefined || query.keyId !== undefined;
  const columns = isPerKey ? keyColumns : modelColumns;
  const groupColumn = groupBy === undefined ? undefined : columns[groupBy];
  if (groupBy !== undefined && groupColumn === undefined)
    throw invalidFields({ groupBy: `cannot be ${groupBy} together with an account or key` });
  const isLatency = metric === "latency" || metric === "firstToken";
  if (isPerKey) refuseBesideKeys(query);
  const range = rangeOf(query, nowMs, isPerKey && isLatency);
  const fromRows = isPerKey && isLatency && range.stepMs % hourMs !== 0;
  if (fromRows && range.toMs - range.fromMs > longestFromRowsMs)
    throw invalidFields({ step: `${metric} per account or key beyond 24 hours: take a step of whole hours` });
  const line = isLatency ? undefined : lineOf(query);
  return { family: isPerKey ? "key" : "model", groupColumn, line, metric, isLatency, fromRows, ...range };
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

function refuseBesideKeys({ channelId, group, status, groupBy, metric }: MetricsQuery): void {
  if (channelId !== undefined) throw invalidFields({ channelId: byKeyRefusal });
  if (group !== undefined) throw invalidFields({ group: byKeyRefusal });
  const isCounted = metric === "rpm" || metric === "errors";
  if (status !== undefined && !isCounted)
    throw invalidFields({ status: `${byKeyRefusal}, but for rpm and errors` });
  if (groupBy === "status" && !isCounted)
    throw invalidFields({ groupBy: "status: only rpm and errors of an account or key" });
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
