import type pg from "pg";
import type { Rollups } from "#lib/logs/rollup";

/** Adds a batch's sums to those that stand. Cells come in the order of their keys, in which every writer locks them. */
export async function addRollups(client: pg.PoolClient, rollups: Rollups): Promise<void> {
  await addJson(
    client,
    "rollup-model",
    ADD_MODEL_MINUTES,
    rollups.modelMinutes.map((cell) => ({ ...jsonSafe(cell), upstreamCost: cell.upstreamCost.toString() })),
  );
  await addJson(client, "rollup-key", ADD_KEY_MINUTES, rollups.keyMinutes.map(jsonSafe));
  await addJson(client, "rollup-ip", ADD_IP_DAYS, rollups.ipDays.map(jsonSafe));
  await addJson(client, "rollup-usage", ADD_USAGE_DAYS, rollups.usageDays.map(jsonSafe));
  await addJson(client, "rollup-usage-slot", ADD_USAGE_SLOTS, rollups.usageSlots.map(jsonSafe));
}

async function addJson(client: pg.PoolClient, name: string, text: string, cells: object[]): Promise<void> {
  if (cells.length > 0) await client.query({ name, text, values: [JSON.stringify(cells)] });
}

const jsonSafe = <T extends { cost: bigint }>(cell: T) => ({ ...cell, cost: cell.cost.toString() });

const ADD_MODEL_MINUTES = `INSERT INTO hot.rollup_minute_model AS r (minute, model, group_id, channel_id, status_class,
    requests, prompt_tokens, completion_tokens, images, videos, audios, cost, upstream_cost, latency_histogram,
    first_token_histogram)
  SELECT to_timestamp("minuteMs" / 1000.0), model, "groupId", "channelId", "statusClass",
    requests, "promptTokens", "completionTokens", images, videos, audios, cost, "upstreamCost", "latencyHistogram",
    "firstTokenHistogram"
  FROM json_to_recordset($1) AS j("minuteMs" bigint, model text, "groupId" text, "channelId" text, "statusClass" smallint,
    requests bigint, "promptTokens" bigint, "completionTokens" bigint, images bigint, videos bigint, audios bigint,
    cost numeric, "upstreamCost" numeric, "latencyHistogram" integer[], "firstTokenHistogram" integer[])
  ON CONFLICT (minute, model, group_id, channel_id, status_class) DO UPDATE SET
    requests = r.requests + excluded.requests, prompt_tokens = r.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = r.completion_tokens + excluded.completion_tokens, images = r.images + excluded.images,
    videos = r.videos + excluded.videos, audios = r.audios + excluded.audios,
    cost = r.cost + excluded.cost, upstream_cost = r.upstream_cost + excluded.upstream_cost,
    latency_histogram = hot.add_histograms(r.latency_histogram, excluded.latency_histogram),
    first_token_histogram = hot.add_histograms(r.first_token_histogram, excluded.first_token_histogram)`;

const ADD_KEY_MINUTES = `INSERT INTO hot.rollup_minute_key AS r (minute, account_id, key_id, model,
    requests, errors, failures, prompt_tokens, completion_tokens, images, videos, audios, cost)
  SELECT to_timestamp("minuteMs" / 1000.0), "accountId", "keyId", model,
    requests, errors, failures, "promptTokens", "completionTokens", images, videos, audios, cost
  FROM json_to_recordset($1) AS j("minuteMs" bigint, "accountId" text, "keyId" text, model text,
    requests bigint, errors bigint, failures bigint, "promptTokens" bigint, "completionTokens" bigint, images bigint,
    videos bigint, audios bigint, cost numeric)
  ON CONFLICT (minute, account_id, key_id, model) DO UPDATE SET
    requests = r.requests + excluded.requests, errors = r.errors + excluded.errors,
    failures = r.failures + excluded.failures, prompt_tokens = r.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = r.completion_tokens + excluded.completion_tokens, images = r.images + excluded.images,
    videos = r.videos + excluded.videos, audios = r.audios + excluded.audios, cost = r.cost + excluded.cost`;

const ADD_IP_DAYS = `INSERT INTO hot.rollup_day_ip AS r (day, key_id, ip, account_id, requests, errors, prompt_tokens,
    completion_tokens, cost, user_agent, first_seen, last_seen)
  SELECT day, "keyId", ip, "accountId", requests, errors, "promptTokens", "completionTokens", cost, "userAgent",
    to_timestamp("firstSeenMs" / 1000.0), to_timestamp("lastSeenMs" / 1000.0)
  FROM json_to_recordset($1) AS j(day date, "keyId" text, ip inet, "accountId" text, requests bigint, errors bigint,
    "promptTokens" bigint, "completionTokens" bigint, cost numeric, "userAgent" text, "firstSeenMs" bigint,
    "lastSeenMs" bigint)
  ON CONFLICT (day, key_id, ip) DO UPDATE SET
    requests = r.requests + excluded.requests, errors = r.errors + excluded.errors, cost = r.cost + excluded.cost,
    prompt_tokens = r.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = r.completion_tokens + excluded.completion_tokens,
    user_agent = CASE WHEN excluded.last_seen >= r.last_seen THEN excluded.user_agent ELSE r.user_agent END,
    first_seen = least(r.first_seen, excluded.first_seen), last_seen = greatest(r.last_seen, excluded.last_seen)`;

const ADD_USAGE_DAYS = `INSERT INTO hot.rollup_day_usage AS r (day, account_id, group_id, model, context_step, requests,
    tokens, images, seconds, characters, cost)
  SELECT day, "accountId", "groupId", model, step, requests, tokens, images, seconds, characters, cost
  FROM json_to_recordset($1) AS j(day date, "accountId" text, "groupId" text, model text, step smallint, requests bigint,
    tokens bigint[], images bigint, seconds bigint, characters bigint, cost numeric)
  ON CONFLICT (day, account_id, group_id, model, context_step) DO UPDATE SET
    requests = r.requests + excluded.requests, tokens = hot.add_counts(r.tokens, excluded.tokens),
    images = r.images + excluded.images, seconds = r.seconds + excluded.seconds,
    characters = r.characters + excluded.characters, cost = r.cost + excluded.cost`;

const ADD_USAGE_SLOTS = `INSERT INTO hot.rollup_slot_usage AS r (day, model, account_id, group_id, context_step, slot,
    image_kind, requests, tokens, images, seconds, characters, cost)
  SELECT day, model, "accountId", "groupId", step, slot, "imageKind", requests, tokens, images, seconds, characters, cost
  FROM json_to_recordset($1) AS j(day date, model text, "accountId" text, "groupId" text, step smallint, slot smallint,
    "imageKind" text, requests bigint, tokens bigint[], images bigint, seconds bigint, characters bigint, cost numeric)
  ON CONFLICT (day, model, account_id, group_id, context_step, slot, image_kind) DO UPDATE SET
    requests = r.requests + excluded.requests, tokens = hot.add_counts(r.tokens, excluded.tokens),
    images = r.images + excluded.images, seconds = r.seconds + excluded.seconds,
    characters = r.characters + excluded.characters, cost = r.cost + excluded.cost`;
