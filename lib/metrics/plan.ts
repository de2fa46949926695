import { invalidFields, notAvailable } from "#lib/core/errors";
import { type laterMetrics, type MetricsQuery, maxMetricPoints } from "./schema.ts";

/** Which rollup a chart reads, and its column of the group; chosen by what it is grouped and filtered by. */
export type MetricPlan = {
  table: "rollup_minute_model" | "rollup_minute_key";
  groupColumn: string | undefined;
  metric: Exclude<MetricsQuery["metric"], (typeof laterMetrics)[number]>;
  fromMs: number;
  toMs: number;
  stepMs: number;
};

const modelColumns: Record<string, string> = {
  model: "model",
  group: "group_id",
  channel: "channel_id",
  status: "status_class::text || 'xx'",
};
const keyColumns: Record<string, string> = { model: "model", account: "account_id", key: "key_id" };

/**
 * Where a chart's figures come from. Rollups count by (model, group, channel, status) or by (account, key, model),
 * never by both: what would need both is refused with 422 `invalid_fields`. `to` may lie ahead: it ends at `nowMs`.
 */
export function planMetrics(query: MetricsQuery, nowMs: number): MetricPlan {
  const { metric, groupBy } = query;
  if (metric === "vpm" || metric === "apm") {
    throw notAvailable({ metric: `${metric} is not available in this version` });
  }
  const perKey =
    groupBy === "account" || groupBy === "key" || query.accountId !== undefined || query.keyId !== undefined;
  const columns = perKey ? keyColumns : modelColumns;
  const groupColumn = groupBy === undefined ? undefined : columns[groupBy];
  if (groupBy !== undefined && groupColumn === undefined) {
    throw invalidFields({ groupBy: `cannot be ${groupBy} together with an account or key` });
  }
  if (perKey && query.channelId !== undefined) throw invalidFields({ channelId: byKeyRefusal });
  if (perKey && query.group !== undefined) throw invalidFields({ group: byKeyRefusal });
  if (metric === "latency" && perKey)
    throw invalidFields({ metric: "latency is not counted per account or key" });
  if (metric === "latency" && groupBy !== undefined) {
    throw invalidFields({ groupBy: "latency has the groups p50, p95 and p99" });
  }
  return {
    table: perKey ? "rollup_minute_key" : "rollup_minute_model",
    groupColumn,
    metric,
    ...rangeOf(query, nowMs),
  };
}

const byKeyRefusal = "cannot be combined with an account or key";

function rangeOf(query: MetricsQuery, nowMs: number) {
  const stepMs = query.step * 1000;
  const askedToMs = query.to === undefined ? nowMs : Date.parse(query.to);
  const fromMs = query.from === undefined ? askedToMs - 3_600_000 : Date.parse(query.from);
  if (fromMs >= askedToMs) throw invalidFields({ from: "must lie before `to`" });
  const toMs = Math.min(askedToMs, nowMs + 1);
  if ((toMs - fromMs) / stepMs > maxMetricPoints) {
    throw invalidFields({ step: `more than ${maxMetricPoints} points: take a larger step` });
  }
  return { fromMs, toMs, stepMs };
}
