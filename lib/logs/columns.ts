import type { Element } from "#lib/db/array-literal";
import { type RequestLogRow, type Written, written } from "./row.ts";

let lastMs = Number.NaN;
let lastTime = "";

/** Under load many calls share a millisecond. */
function isoTime(ms: number): string {
  if (ms !== lastMs) [lastMs, lastTime] = [ms, new Date(ms).toISOString()];
  return lastTime;
}

/**
 * The columns of hot.request_log that the batch writer fills, with their Postgres type and the row's field that stands
 * in them. A test compares them with the migrated database. (`inserted_at` has a default there.)
 */
export const REQUEST_LOG_COLUMNS = [
  { name: "request_id", type: "uuid", field: "requestId" },
  { name: "created_at", type: "timestamptz", field: "createdAtMs" },
  { name: "node_id", type: "uuid", field: "nodeId" },
  { name: "account_id", type: "uuid", field: "accountId" },
  { name: "key_id", type: "uuid", field: "keyId" },
  { name: "key_prefix", type: "text", field: "keyPrefix" },
  { name: "group_id", type: "text", field: "groupId" },
  { name: "ip", type: "inet", field: "ip" },
  { name: "user_agent", type: "text", field: "userAgent" },
  { name: "protocol", type: "text", field: "protocol" },
  { name: "endpoint", type: "text", field: "endpoint" },
  { name: "model", type: "text", field: "model" },
  { name: "upstream_model", type: "text", field: "upstreamModel" },
  { name: "channel_id", type: "uuid", field: "channelId" },
  { name: "attempts", type: "jsonb", field: "attempts" },
  { name: "passed_over", type: "jsonb", field: "passedOver" },
  { name: "stream", type: "boolean", field: "stream" },
  { name: "status", type: "smallint", field: "status" },
  { name: "error_code", type: "text", field: "errorCode" },
  { name: "prompt_tokens", type: "bigint", field: "promptTokens" },
  { name: "completion_tokens", type: "bigint", field: "completionTokens" },
  { name: "cache_read_tokens", type: "bigint", field: "cacheReadTokens" },
  { name: "cache_write_tokens5m", type: "bigint", field: "cacheWriteTokens5m" },
  { name: "cache_write_tokens1h", type: "bigint", field: "cacheWriteTokens1h" },
  { name: "image_input_tokens", type: "bigint", field: "imageInputTokens" },
  { name: "image_output_tokens", type: "bigint", field: "imageOutputTokens" },
  { name: "audio_input_tokens", type: "bigint", field: "audioInputTokens" },
  { name: "audio_output_tokens", type: "bigint", field: "audioOutputTokens" },
  { name: "reasoning_tokens", type: "bigint", field: "reasoningTokens" },
  { name: "images", type: "integer", field: "images" },
  { name: "image_kind", type: "text", field: "imageKind" },
  { name: "seconds", type: "integer", field: "seconds" },
  { name: "characters", type: "bigint", field: "characters" },
  { name: "usage_source", type: "text", field: "usageSource" },
  { name: "cost", type: "bigint", field: "costNanoUsd" },
  { name: "hold", type: "bigint", field: "holdNanoUsd" },
  { name: "upstream_cost", type: "bigint", field: "upstreamCostNanoUsd" },
  { name: "price_version_id", type: "uuid", field: "priceVersionId" },
  { name: "model_multiplier", type: "text", field: "modelMultiplier" },
  { name: "completion_multiplier", type: "text", field: "completionMultiplier" },
  { name: "group_multiplier", type: "text", field: "groupMultiplier" },
  { name: "ledger_transaction_id", type: "uuid", field: "ledgerTransactionId" },
  { name: "latency_ms", type: "integer", field: "latencyMs" },
  { name: "first_token_ms", type: "integer", field: "firstTokenMs" },
  { name: "gateway_us", type: "integer", field: "gatewayUs" },
  { name: "repeats", type: "integer", field: "repeats" },
  { name: "parent_id", type: "uuid", field: "parentId" },
] as const satisfies readonly { name: string; type: string; field: keyof RequestLogRow }[];

/** What stands in a column for a field's value. */
export function elementOf(field: keyof RequestLogRow, value: Written): Element {
  return field === "createdAtMs" ? isoTime(Number(value)) : value;
}

/** What stands in the columns for a row. */
export function columnValues(row: RequestLogRow): Element[] {
  return REQUEST_LOG_COLUMNS.map(({ field }) => elementOf(field, written(row[field])));
}
