import { invalidFields } from "#lib/core/errors";
import { queryWithin } from "#lib/db/bounded";
import { queryRows } from "#lib/db/pool";
import { idCondition, type LogCondition, type LogFilter, type LogPosition, logCondition } from "./filters.ts";
import { keptDays } from "./kept-service.ts";
import { findNames } from "./name-store.ts";
import { oldestLogDay } from "./partition-store.ts";
import type { Attempt } from "./row.ts";
import { hasIndex, walkBack } from "./scan.ts";
import type { LogAttempt, LogPage, LogPassedOver, LogRow } from "./schema.ts";
import { type StoredLog, toAttempt, toLogRow, toPassedOver } from "./view.ts";

/** A row, what the bill is computed from, the tries on channels, and those that were not tried. */
export type LogWithAttempts = {
  row: LogRow;
  stored: StoredLog;
  attempts: LogAttempt[];
  passedOver: LogPassedOver[] | null;
};

/** Where a page goes on when it ended at a time, not at a row. */
const NO_ID = "00000000-0000-0000-0000-000000000000";

/** Rows of a filter and how far was looked; `next`: where the next page goes on, null after the last. */
export type LogScan = {
  rows: LogRow[];
  next: LogPosition | null;
  reach: Pick<LogPage, "from" | "to" | "partial" | "scannedTo" | "keptSince" | "keptDays">;
};

/**
 * Rows of a filter, newest first, up to `limit`, after a position. What is found within two seconds: a page may be short
 * or empty and have a next one. Throws 422 for a range that ends before it starts.
 */
export async function scanLogs(filter: LogFilter, limit: number, after?: LogPosition): Promise<LogScan> {
  const nowMs = Date.now();
  const [keptSince, kept] = await Promise.all([oldestLogDay(), keptDays()]);
  const range = rangeOf(filter, nowMs, keptSince?.getTime());
  const stored: StoredLog[] = [];
  const { scannedToMs, isDone } = await walkBack(
    { ...range, toMs: after === undefined ? range.toMs : Math.min(range.toMs, Date.parse(after[0]) + 1) },
    async (slice, withinMs) => {
      const within = { ...filter, from: iso(slice.fromMs), to: iso(slice.toMs) };
      const { sql, values } = logCondition(within, after);
      const rows = await queryWithin<StoredLog>(
        `SELECT ${logColumns} FROM hot.request_log WHERE ${sql}
         ORDER BY created_at DESC, request_id DESC LIMIT ${limit + 1 - stored.length}`,
        values,
        withinMs,
      );
      if (rows !== undefined) stored.push(...rows);
      return rows;
    },
    () => stored.length > limit,
    () => performance.now(),
  );
  const shown = stored.slice(0, limit);
  const names = await namesIn(shown);
  const last = shown.at(-1);
  const isFull = stored.length > limit && last !== undefined;
  const isPartial = !isFull && !isDone;
  const rest: LogPosition | null = isPartial ? [iso(scannedToMs), NO_ID] : null;
  return {
    rows: shown.map((row) => toLogRow(row, names)),
    next: isFull ? [last.createdAt.toISOString(), last.requestId] : rest,
    reach: {
      from: filter.from === undefined ? null : iso(Date.parse(filter.from)),
      to: filter.to === undefined ? iso(nowMs) : iso(Date.parse(filter.to)),
      partial: isPartial,
      scannedTo: isPartial ? iso(scannedToMs) : null,
      keptSince: keptSince?.toISOString() ?? null,
      keptDays: kept.logs === 0 ? null : kept.logs,
    },
  };
}

/** A node's clock may be a little ahead: what is newer than now is listed too. */
const AHEAD_MS = 60_000;

function rangeOf(filter: LogFilter, nowMs: number, keptSinceMs = nowMs) {
  const toMs = filter.to === undefined ? nowMs + AHEAD_MS : Date.parse(filter.to);
  const fromMs = filter.from === undefined ? keptSinceMs : Date.parse(filter.from);
  if (filter.from !== undefined && filter.to !== undefined && fromMs >= toMs)
    throw invalidFields({ from: "must lie before `to`" });
  const isIndexed = hasIndex(filter);
  return { fromMs: Math.max(fromMs, keptSinceMs), toMs: Math.min(toMs, nowMs + AHEAD_MS), isIndexed };
}

const iso = (ms: number) => new Date(ms).toISOString();

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
  audio_output_tokens AS "audioOutputTokens", reasoning_tokens AS "reasoningTokens", images, image_kind AS "imageKind", seconds,
  characters, usage_source AS "usageSource", cost, hold, price_version_id::text AS "priceVersionId",
  model_multiplier AS "modelMultiplier", completion_multiplier AS "completionMultiplier",
  group_multiplier AS "groupMultiplier", ledger_transaction_id::text AS "ledgerTransactionId",
  latency_ms AS "latencyMs", first_token_ms AS "firstTokenMs", gateway_us AS "gatewayUs", repeats,
  parent_id::text AS "parentId"`;
