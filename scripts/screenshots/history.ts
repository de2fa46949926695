import type pg from "pg";

/** What charts and strips read, for 30 days back: a wave a day, less at weekends; one key seen from somewhere new. */
export async function addHistory(database: pg.Client): Promise<void> {
  await database.query(`
    INSERT INTO hot.rollup_minute_key
      (minute, account_id, key_id, model, requests, errors, prompt_tokens, completion_tokens, images, cost)
    SELECT date_trunc('minute', now()) - ago.minutes * interval '1 minute', k.account_id, k.key_id, k.model,
      w.size, (w.size / 60)::int, w.size * 900, w.size * 210, 0, w.size * 190000
    FROM (SELECT DISTINCT account_id, key_id, model FROM hot.rollup_minute_key WHERE key_id <> '') AS k,
      -- Every minute of the last eight days, so that a day has last week's beside it; before that, five minutes in one.
      (SELECT n AS minutes, 5 AS part FROM generate_series(3, 11699) AS n
       UNION ALL SELECT n * 5, 1 FROM generate_series(2340, 8640) AS n) AS ago,
      LATERAL (SELECT ((4 + 9 * (1 + sin(ago.minutes / 229.2)) * (1 + (hashtext(k.key_id) % 5) / 9.0)
        + (hashtext(k.key_id || ago.minutes) % 4)) / ago.part)::int AS size) AS w
    WHERE w.size > 0
    ON CONFLICT DO NOTHING`);
  await database.query(`
    INSERT INTO hot.rollup_minute_model (minute, model, group_id, channel_id, status_class, requests, prompt_tokens,
      completion_tokens, images, cost, latency_histogram, first_token_histogram)
    SELECT minute, model, 'default', '', 2, sum(requests), sum(prompt_tokens), sum(completion_tokens), 0, sum(cost),
      '{}', '{}'
    FROM hot.rollup_minute_key WHERE minute < now() - interval '5 minutes' GROUP BY minute, model
    ON CONFLICT DO NOTHING`);
  await database.query(`
    INSERT INTO hot.rollup_day_ip (day, key_id, ip, account_id, requests, errors, cost, first_seen, last_seen)
    SELECT d, k.key_id, a.ip, k.account_id, a.much * (20 + abs(hashtext(k.key_id || d) % 400)), 3, 1000000,
      d + interval '1 hour', least(d + interval '20 hours', now())
    FROM (SELECT DISTINCT key_id, account_id FROM hot.rollup_day_ip WHERE key_id <> '') AS k,
      (VALUES ('203.0.113.14'::inet, 1, 30), ('203.0.113.15', 2, 19), ('198.51.100.7', 8, 1)) AS a (ip, much, since),
      generate_series(current_date - a.since, current_date, interval '1 day') AS d
    WHERE extract(dow FROM d) BETWEEN 1 AND 5 OR a.since = 1
    ON CONFLICT DO NOTHING`);
}
