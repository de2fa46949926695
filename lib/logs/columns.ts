import type { Element } from "#lib/db/array-literal";
import type { RequestLogRow } from "./row.ts";

type Column = { name: string; type: string; value: (row: RequestLogRow) => Element };

const column = (name: string, type: string, value: Column["value"]): Column => ({ name, type, value });

let lastMs = Number.NaN;
let lastTime = "";

/** Under load many calls share a millisecond. */
function isoTime(ms: number): string {
  if (ms !== lastMs) [lastMs, lastTime] = [ms, new Date(ms).toISOString()];
  return lastTime;
}

/**
 * The columns of hot.request_log that the batch writer fills, with their Postgres type. A test compares them with
 * the migrated database. (`inserted_at` has a default there.)
 */
export const REQUEST_LOG_COLUMNS: readonly Column[] = [
  column("request_id", "uuid", (r) => r.requestId),
  column("created_at", "timestamptz", (r) => isoTime(r.createdAtMs)),
  column("node_id", "uuid", (r) => r.nodeId),
  column("account_id", "uuid", (r) => r.accountId),
  column("key_id", "uuid", (r) => r.keyId),
  column("key_prefix", "text", (r) => r.keyPrefix),
  column("group_id", "text", (r) => r.groupId),
  column("ip", "inet", (r) => r.ip),
  column("user_agent", "text", (r) => r.userAgent),
  column("protocol", "text", (r) => r.protocol),
  column("endpoint", "text", (r) => r.endpoint),
  column("model", "text", (r) => r.model),
  column("upstream_model", "text", (r) => r.upstreamModel),
  column("channel_id", "uuid", (r) => r.channelId),
  column("attempts", "jsonb", (r) => JSON.stringify(r.attempts)),
  column("passed_over", "jsonb", (r) => (r.passedOver === undefined ? null : JSON.stringify(r.passedOver))),
  column("stream", "boolean", (r) => r.stream),
  column("status", "smallint", (r) => r.status),
  column("error_code", "text", (r) => r.errorCode),
  column("prompt_tokens", "bigint", (r) => r.promptTokens),
  column("completion_tokens", "bigint", (r) => r.completionTokens),
  column("cache_read_tokens", "bigint", (r) => r.cacheReadTokens),
  column("cache_write_tokens5m", "bigint", (r) => r.cacheWriteTokens5m),
  column("cache_write_tokens1h", "bigint", (r) => r.cacheWriteTokens1h),
  column("image_input_tokens", "bigint", (r) => r.imageInputTokens),
  column("image_output_tokens", "bigint", (r) => r.imageOutputTokens),
  column("audio_input_tokens", "bigint", (r) => r.audioInputTokens),
  column("audio_output_tokens", "bigint", (r) => r.audioOutputTokens),
  column("reasoning_tokens", "bigint", (r) => r.reasoningTokens),
  column("images", "integer", (r) => r.images),
  column("image_kind", "text", (r) => r.imageKind ?? null),
  column("seconds", "integer", (r) => r.seconds),
  column("characters", "bigint", (r) => r.characters),
  column("usage_source", "text", (r) => r.usageSource),
  column("cost", "bigint", (r) => r.costNanoUsd),
  column("hold", "bigint", (r) => r.holdNanoUsd),
  column("upstream_cost", "bigint", (r) => r.upstreamCostNanoUsd),
  column("price_version_id", "uuid", (r) => r.priceVersionId),
  column("model_multiplier", "text", (r) => r.modelMultiplier),
  column("completion_multiplier", "text", (r) => r.completionMultiplier),
  column("group_multiplier", "text", (r) => r.groupMultiplier),
  column("ledger_transaction_id", "uuid", (r) => r.ledgerTransactionId),
  column("latency_ms", "integer", (r) => r.latencyMs),
  column("first_token_ms", "integer", (r) => r.firstTokenMs),
  column("gateway_us", "integer", (r) => r.gatewayUs),
  column("repeats", "integer", (r) => r.repeats),
];
