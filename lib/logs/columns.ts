import type { Element } from "#lib/db/array-literal";
import type { RequestLogRow } from "./row.ts";

let lastMs = Number.NaN;
let lastTime = "";

/** Under load many calls share a millisecond. */
function isoTime(ms: number): string {
  if (ms !== lastMs) [lastMs, lastTime] = [ms, new Date(ms).toISOString()];
  return lastTime;
}

/**
 * The columns of hot.request_log that the batch writer fills, with their Postgres type, in the order of columnValues. A test
 * compares them with the migrated database. (`inserted_at` has a default there.)
 */
export const REQUEST_LOG_COLUMNS = [
  { name: "request_id", type: "uuid" },
  { name: "created_at", type: "timestamptz" },
  { name: "node_id", type: "uuid" },
  { name: "account_id", type: "uuid" },
  { name: "key_id", type: "uuid" },
  { name: "key_prefix", type: "text" },
  { name: "group_id", type: "text" },
  { name: "ip", type: "inet" },
  { name: "user_agent", type: "text" },
  { name: "protocol", type: "text" },
  { name: "endpoint", type: "text" },
  { name: "model", type: "text" },
  { name: "upstream_model", type: "text" },
  { name: "channel_id", type: "uuid" },
  { name: "attempts", type: "jsonb" },
  { name: "passed_over", type: "jsonb" },
  { name: "stream", type: "boolean" },
  { name: "status", type: "smallint" },
  { name: "error_code", type: "text" },
  { name: "prompt_tokens", type: "bigint" },
  { name: "completion_tokens", type: "bigint" },
  { name: "cache_read_tokens", type: "bigint" },
  { name: "cache_write_tokens5m", type: "bigint" },
  { name: "cache_write_tokens1h", type: "bigint" },
  { name: "image_input_tokens", type: "bigint" },
  { name: "image_output_tokens", type: "bigint" },
  { name: "audio_input_tokens", type: "bigint" },
  { name: "audio_output_tokens", type: "bigint" },
  { name: "reasoning_tokens", type: "bigint" },
  { name: "images", type: "integer" },
  { name: "image_kind", type: "text" },
  { name: "seconds", type: "integer" },
  { name: "characters", type: "bigint" },
  { name: "usage_source", type: "text" },
  { name: "cost", type: "bigint" },
  { name: "hold", type: "bigint" },
  { name: "upstream_cost", type: "bigint" },
  { name: "price_version_id", type: "uuid" },
  { name: "model_multiplier", type: "text" },
  { name: "completion_multiplier", type: "text" },
  { name: "group_multiplier", type: "text" },
  { name: "ledger_transaction_id", type: "uuid" },
  { name: "latency_ms", type: "integer" },
  { name: "first_token_ms", type: "integer" },
  { name: "gateway_us", type: "integer" },
  { name: "repeats", type: "integer" },
  { name: "parent_id", type: "uuid" },
] as const;

/** What stands in them for a row. One expression, for its speed: every call passes here. */
export function columnValues(r: RequestLogRow): Element[] {
  return [
    r.requestId,
    isoTime(r.createdAtMs),
    r.nodeId,
    r.accountId,
    r.keyId,
    r.keyPrefix,
    r.groupId,
    r.ip,
    r.userAgent,
    r.protocol,
    r.endpoint,
    r.model,
    r.upstreamModel,
    r.channelId,
    JSON.stringify(r.attempts),
    r.passedOver === undefined ? null : JSON.stringify(r.passedOver),
    r.stream,
    r.status,
    r.errorCode,
    r.promptTokens,
    r.completionTokens,
    r.cacheReadTokens,
    r.cacheWriteTokens5m,
    r.cacheWriteTokens1h,
    r.imageInputTokens,
    r.imageOutputTokens,
    r.audioInputTokens,
    r.audioOutputTokens,
    r.reasoningTokens,
    r.images,
    r.imageKind ?? null,
    r.seconds,
    r.characters,
    r.usageSource,
    r.costNanoUsd,
    r.holdNanoUsd,
    r.upstreamCostNanoUsd,
    r.priceVersionId,
    r.modelMultiplier,
    r.completionMultiplier,
    r.groupMultiplier,
    r.ledgerTransactionId,
    r.latencyMs,
    r.firstTokenMs,
    r.gatewayUs,
    r.repeats,
    r.parentId ?? null,
  ];
}
