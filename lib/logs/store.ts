import { queryRows } from "#lib/db/pool";
import { idCondition, type LogCondition, type LogPosition, logCondition } from "./filters.ts";
import { findNames } from "./name-store.ts";
import type { Attempt } from "./row.ts";
import type { ListLogs, LogAttempt, LogPassedOver, LogRow } from "./schema.ts";
import { type StoredLog, toAttempt, toLogRow, toPassedOver } from "./view.ts";

/** A row, what the bill is computed from, the tries on channels, and those that were not tried. */
export type LogWithAttempts = {
  row: LogRow;
  stored: StoredLog;
  attempts: LogAttempt[];
  passedOver: LogPassedOver[] | null;
};

/** Rows, newest first, up to `limit` + 1, after a position. Two queries: the rows, then the names in them. */
export async function listLogs(query: ListLogs, after?: LogPosition): Promise<LogRow[]> {
  const { sql, values } = logCondition(query, after);
  const rows = await queryRows<StoredLog>(
    `SELECT ${logColumns} FROM hot.request_log WHERE ${sql}
     ORDER BY created_at DESC, request_id DESC LIMIT ${query.limit + 1}`,
    values,
  );
  const names = await namesIn(rows);
  return rows.map((row) => toLogRow(row, names));
}

/** One row by its id, which tells the partition that it lies in. */
export async function findLog(requestId: string): Promise<LogWithAttempts | undefined> {
  const values: LogCondition["values"] = [];
  const condition = idCondition(requestId, (value) => `$${values.push(value)}`);
  const [stored] = await queryRows<StoredLog>(
    `SELECT ${logColumns} FROM hot.request_log WHERE ${condition}`,
    values,
  );
  if (stored === undefined) return undefined;
  const names = await namesIn([stored]);
  return {
    row: toLogRow(stored, names),
    stored,
    attempts: stored.attempts.map((attempt) => toAttempt(attempt, names)),
    passedOver: stored.passedOver?.map((one) => toPassedOver(one, names)) ?? null,
  };
}

const channelsIn = ({ channelId, passedOver = [] }: Attempt) => [
  channelId,
  ...passedOver.map((one) => one.channelId),
];

function namesIn(rows: readonly StoredLog[]): Promise<Map<string, string>> {
  return findNames({
    accounts: rows.map((row) => row.accountId),
    keys: rows.map((row) => row.keyId),
    channels: rows.flatMap((row) => [
      row.channelId,
      ...row.attempts.flatMap(channelsIn),
      ...(row.passedOver ?? []).map((one) => one.channelId),
    ]),
  });
}

// inet's own text carries "/32", which host() leaves out.
const logColumns = `
  request_id::text AS "requestId", created_at AS "createdAt", account_id::text AS "accountId",
  key_id::text AS "keyId", key_prefix AS "keyPrefix", group_id AS "groupId", host(ip) AS ip,
  user_agent AS "userAgent", protocol, endpoint, model, upstream_model AS "upstreamModel",
  channel_id::text AS "channelId", attempts, passed_over AS "passedOver", stream, status, error_code AS "errorCode",
  prompt_tokens AS "promptTokens", completion_tokens AS "completionTokens",
  cache_read_tokens AS "cacheReadTokens", cache_write_tokens5m AS "cacheWriteTokens5m",
  cache_write_tokens1h AS "cacheWriteTokens1h", image_input_tokens AS "imageInputTokens",
  image_output_tokens AS "imageOutputTokens", audio_input_tokens AS "audioInputTokens",
  audio_output_tokens AS "audioOutputTokens", reasoning_tokens AS "reasoningTokens", images, seconds,
  characters, usage_source AS "usageSource", cost, hold, price_version_id::text AS "priceVersionId",
  model_multiplier AS "modelMultiplier", completion_multiplier AS "completionMultiplier",
  group_multiplier AS "groupMultiplier", ledger_transaction_id::text AS "ledgerTransactionId",
  latency_ms AS "latencyMs", first_token_ms AS "firstTokenMs", gateway_us AS "gatewayUs", repeats`;
