import type pg from "pg";
import { inPoolTransaction, pool, queryRows } from "#lib/db/pool";
import { BUCKET_EDGES_MS } from "./histogram.ts";

/**
 * An hour is summed two hours after its start at the earliest. A bill that comes 50 minutes after the end of its hour
 * says that the hour is stale (markStale): a flush takes 30 s at most, so none of them falls between the two.
 */
const SUMMED_AFTER = "2 hours";
export const LATE_AFTER_MS = 50 * 60_000;

/** Whole hours whose minutes are not summed, or were changed since, oldest first; nothing older than `keptDays`. */
export async function listOpenHours(keptDays: number, on: pg.Pool = pool()): Promise<Date[]> {
  const rows = await queryRows<{ start: Date }>(
    `WITH oldest AS (SELECT date_trunc('day', min(minute), 'UTC') AS minute FROM hot.rollup_minute_key
                     HAVING min(minute) IS NOT NULL)
     SELECT hour AS start FROM oldest CROSS JOIN LATERAL generate_series(
       greatest(oldest.minute, ${keptFrom("$1")}),
       date_trunc('hour', clock_timestamp() - interval '${SUMMED_AFTER}'), interval '1 hour') AS hour
     LEFT JOIN hot.rollup_span s ON s.span = 'hour' AND s.start = hour
     WHERE s.stale IS DISTINCT FROM false ORDER BY 1`,
    [keptDays],
    on,
  );
  return rows.map((row) => row.start);
}

/** Hours without a call need no sums: they stand at once. What comes for one later says that it is stale. */
export async function passEmptyHours(hours: readonly Date[], on: pg.Pool = pool()): Promise<void> {
  await on.query(
    `INSERT INTO hot.rollup_span (span, start)
     SELECT 'hour', hour FROM unnest($1::timestamptz[]) AS hour WHERE NOT EXISTS (
       SELECT 1 FROM hot.rollup_minute_key m WHERE m.minute >= hour AND m.minute < hour + interval '1 hour')
     ON CONFLICT DO NOTHING`,
    [hours],
  );
}

/** UTC days whose 24 hours are all summed, and which are not, or not any more. */
export async function listOpenDays(keptDays: number, on: pg.Pool = pool()): Promise<Date[]> {
  const rows = await queryRows<{ start: Date }>(
    `SELECT date_trunc('day', h.start, 'UTC') AS start FROM hot.rollup_span h
     WHERE h.span = 'hour' AND NOT h.stale AND h.start >= ${keptFrom("$1")}
       AND NOT EXISTS (SELECT 1 FROM hot.rollup_span d WHERE d.span = 'day' AND NOT d.stale
                       AND d.start = date_trunc('day', h.start, 'UTC'))
     GROUP BY 1 HAVING count(*) = 24 ORDER BY 1`,
    [keptDays],
    on,
  );
  return rows.map((row) => row.start);
}

/** Sums one hour of minutes, and its rows' latencies per key, into the hour's rollups. Again is the same. */
export async function sumHour(start: Date, on: pg.Pool = pool()): Promise<void> {
  await inPoolTransaction(async (client) => {
    // First, so that a late bill of this hour waits here and says afterwards that it is stale.
    await client.query(SPAN_STANDS, ["hour", start]);
    await client.query(HOUR_MODEL, [start]);
    await client.query(HOUR_KEY, [start]);
    await client.query(HOUR_LINES, [start]);
  }, on);
}

/** Sums the 24 hours of one UTC day. */
export async function sumDay(start: Date, on: pg.Pool = pool()): Promise<void> {
  await inPoolTransaction(async (client) => {
    await client.query(SPAN_STANDS, ["day", start]);
    await client.query(DAY_MODEL, [start]);
    await client.query(DAY_KEY, [start]);
    await client.query(DAY_LINES, [start]);
  }, on);
}

/** In the transaction that adds to minutes of hours that may be summed already: they are summed anew. */
export async function markStale(client: pg.PoolClient, minutesMs: Iterable<number>): Promise<void> {
  const hours = [...new Set([...minutesMs].map((ms) => ms - (ms % 3_600_000)))].sort((a, b) => a - b);
  await client.query(
    `INSERT INTO hot.rollup_span (span, start, stale)
     SELECT 'day', day, true FROM (SELECT DISTINCT date_trunc('day', h, 'UTC') AS day FROM unnest($1::timestamptz[]) h) d
     UNION ALL SELECT 'hour', h, true FROM unnest($1::timestamptz[]) h
     ON CONFLICT (span, start) DO UPDATE SET stale = true`,
    [hours.map((ms) => new Date(ms))],
  );
}

/** 0 days: for ever. */
const keptFrom = (days: string) =>
  `CASE WHEN ${days}::int = 0 THEN '-infinity'::timestamptz ELSE date_trunc('day', clock_timestamp(), 'UTC') - make_interval(days => ${days}) END`;

const SPAN_STANDS = `INSERT INTO hot.rollup_span (span, start) VALUES ($1, $2)
  ON CONFLICT (span, start) DO UPDATE SET stale = false`;

const buckets = Array.from({ length: BUCKET_EDGES_MS.length + 1 }, (_, index) => index + 1);
// Whole milliseconds: "above the edge" is "from the edge + 1 on".
const EDGES = `ARRAY[${BUCKET_EDGES_MS.map((edge) => edge + 1).join(",")}]::int[]`;
const added = (column: string) => `ARRAY[${buckets.map((i) => `sum(${column}[${i}])::int`).join(", ")}]`;
const addedIfAny = (column: string) => `CASE WHEN count(${column}) > 0 THEN ${added(column)} END`;
const counted = (bucket: string) =>
  `CASE WHEN count(${bucket}) > 0 THEN ARRAY[${buckets.map((i) => `count(*) FILTER (WHERE ${bucket} = ${i - 1})::int`).join(", ")}] END`;

/** Of summed columns; `excluded` wins, because a span's sums only ever grow. */
const set = (columns: readonly string[]) =>
  columns.map((column) => `${column} = excluded.${column}`).join(", ");

const pieces = ["prompt_tokens", "completion_tokens", "images", "videos", "audios", "cost"] as const;
const modelKey = ["model", "group_id", "channel_id", "status_class"];
const modelSums = ["requests", ...pieces, "upstream_cost"];
const histograms = ["latency_histogram", "first_token_histogram"];
const keyKey = ["account_id", "key_id", "model"];
const keySums = ["requests", "errors", "failures", ...pieces];
const sums = (columns: readonly string[], from: string) =>
  columns.map((column) => `sum(${from}.${column})`).join(", ");

function modelSql(into: string, from: string, where: string): string {
  return `INSERT INTO ${into} (start, ${[...modelKey, ...modelSums, ...histograms].join(", ")})
    SELECT $1, ${modelKey.join(", ")}, ${sums(modelSums, "m")}, ${histograms.map(added).join(", ")}
    FROM ${from} m WHERE ${where} GROUP BY ${modelKey.join(", ")}
    ON CONFLICT (start, ${modelKey.join(", ")}) DO UPDATE SET ${set([...modelSums, ...histograms])}`;
}

const inHour = "minute >= $1::timestamptz AND minute < $1::timestamptz + interval '1 hour'";
const inDay = "start >= $1::timestamptz AND start < $1::timestamptz + interval '1 day'";
const HOUR_MODEL = modelSql("hot.rollup_hour_model", "hot.rollup_minute_model", inHour);
const DAY_MODEL = modelSql("hot.rollup_day_model", "hot.rollup_hour_model", inDay);

const keyColumns = [...keyKey, ...keySums, ...histograms].join(", ");
// What rows once told stays told when the rows are gone.
const kept = (table: string) =>
  histograms.map((column) => `${column} = coalesce(excluded.${column}, ${table}.${column})`).join(", ");

const HOUR_KEY = `WITH seen AS (
    SELECT coalesce(account_id::text, '') AS account_id, coalesce(key_id::text, '') AS key_id, coalesce(model, '') AS model,
      width_bucket(latency_ms, ${EDGES}) AS latency, width_bucket(first_token_ms, ${EDGES}) AS first_token
    FROM hot.request_log WHERE created_at >= $1 AND created_at < $1::timestamptz + interval '1 hour'
      AND (status < 400 OR status >= 500)
  ), latencies AS (
    SELECT account_id, key_id, model, ${counted("latency")} AS latency_histogram, ${counted("first_token")} AS first_token_histogram
    FROM seen GROUP BY 1, 2, 3
  ), minutes AS (
    SELECT ${keyKey.join(", ")}, ${keySums.map((column) => `sum(${column}) AS ${column}`).join(", ")}
    FROM hot.rollup_minute_key WHERE ${inHour} GROUP BY ${keyKey.join(", ")}
  )
  INSERT INTO hot.rollup_hour_key AS h (start, ${keyColumns})
  SELECT $1, ${keyColumns} FROM minutes LEFT JOIN latencies USING (account_id, key_id, model)
  ON CONFLICT (start, account_id, key_id, model) DO UPDATE SET ${set(keySums)}, ${kept("h")}`;

const DAY_KEY = `INSERT INTO hot.rollup_day_key AS d (start, ${keyColumns})
  SELECT $1, ${keyKey.join(", ")}, ${sums(keySums, "k")}, ${histograms.map(addedIfAny).join(", ")}
  FROM hot.rollup_hour_key k WHERE ${inDay} GROUP BY ${keyKey.join(", ")}
  ON CONFLICT (start, account_id, key_id, model) DO UPDATE SET ${set(keySums)}, ${kept("d")}`;

const lineArrays = ["requests", "errors", "tokens", "images", "videos", "audios", "cost"];

/** One row per thing with what each minute of an hour, or hour of a day, came to. */
function linesSql(
  span: "hour" | "day",
  from: { model: string; key: string; time: string; where: string },
): string {
  const at = `extract(${span === "hour" ? "minute" : "hour"} FROM ${from.time} AT TIME ZONE 'UTC')::smallint AS at`;
  const pieces = "images, videos, audios, cost";
  const sums = lineArrays.map((name) => `sum(${name}) AS ${name}`).join(", ");
  return `WITH cell AS (
      SELECT dimension, id, at, ${sums} FROM (
        SELECT d.dimension, d.id, ${at}, requests, CASE WHEN status_class >= 4 THEN requests ELSE 0 END AS errors,
          prompt_tokens + completion_tokens AS tokens, ${pieces}
        FROM ${from.model} CROSS JOIN LATERAL (VALUES ('model', model), ('group', group_id), ('channel', channel_id),
          ('status', status_class::text || 'xx')) AS d (dimension, id) WHERE ${from.where}
        UNION ALL
        SELECT d.dimension, d.id, ${at}, requests, errors, prompt_tokens + completion_tokens, ${pieces}
        FROM ${from.key} CROSS JOIN LATERAL (VALUES ('account', account_id), ('key', key_id)) AS d (dimension, id)
        WHERE ${from.where}) s
      GROUP BY dimension, id, at ORDER BY dimension, id, at
    )
    INSERT INTO hot.rollup_line (span, start, dimension, id, at, ${lineArrays.join(", ")})
    SELECT '${span}', $1, dimension, id, array_agg(at ORDER BY at),
      ${lineArrays.map((name) => `array_agg(${name} ORDER BY at)`).join(", ")}
    FROM cell GROUP BY dimension, id
    ON CONFLICT (span, dimension, start, id) DO UPDATE SET ${set(["at", ...lineArrays])}`;
}

const HOUR_LINES = linesSql("hour", {
  model: "hot.rollup_minute_model",
  key: "hot.rollup_minute_key",
  time: "minute",
  where: inHour,
});
const DAY_LINES = linesSql("day", {
  model: "hot.rollup_hour_model",
  key: "hot.rollup_hour_key",
  time: "start",
  where: inDay,
});
