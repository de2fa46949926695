-- Size and quality of the images that were asked for, "1024x1792 hd": what their price goes by. NULL: nothing was said.
ALTER TABLE hot.request_log ADD COLUMN image_kind text;

-- Billed usage per UTC half hour and kind of image: what prices by the hour or by size are tried on. Kept as long as the
-- minutes; tokens and context_step as in hot.rollup_day_usage, which holds the same in sum (and what a release that does
-- not know this table has added). slot 0 is from 00:00 UTC, 47 from 23:30.
CREATE TABLE hot.rollup_slot_usage (
  day date NOT NULL,
  model text NOT NULL,
  account_id text NOT NULL,
  group_id text NOT NULL,
  context_step smallint NOT NULL,
  slot smallint NOT NULL,
  image_kind text NOT NULL,
  requests bigint NOT NULL DEFAULT 0,
  tokens bigint[] NOT NULL,
  images bigint NOT NULL DEFAULT 0,
  seconds bigint NOT NULL DEFAULT 0,
  characters bigint NOT NULL DEFAULT 0,
  cost numeric(30, 0) NOT NULL DEFAULT 0,
  PRIMARY KEY (day, model, account_id, group_id, context_step, slot, image_kind)
);

-- What stands in the log already. Parts never exceed their total, as in lib/pricing/usage.ts.
INSERT INTO hot.rollup_slot_usage
SELECT day, model, account_id, group_id, step, slot, '', count(*),
  ARRAY[sum(prompt - cr - w5 - w1 - ai - ii), sum(completion - ao - io - re), sum(cr), sum(w5), sum(w1), sum(ii), sum(io),
    sum(ai), sum(ao), sum(re)]::bigint[],
  sum(images), sum(seconds), sum(characters), sum(cost)
FROM (SELECT r.*,
    (prompt > 128000)::int + (prompt > 199999)::int + (prompt > 200000)::int + (prompt > 271999)::int
      + (prompt > 272000)::int + (prompt > 512000)::int AS step
  FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, coalesce(account_id::text, '') AS account_id,
      coalesce(group_id, '') AS group_id, coalesce(model, '') AS model, prompt_tokens::bigint AS prompt,
      floor(extract(epoch FROM (created_at AT TIME ZONE 'UTC')::time) / 1800)::int AS slot,
      completion_tokens::bigint AS completion, images, seconds, characters, cost, k.*
    FROM hot.request_log l,
      LATERAL (SELECT least(l.cache_read_tokens, l.prompt_tokens)::bigint AS cr) a,
      LATERAL (SELECT least(l.cache_write_tokens5m, l.prompt_tokens - cr) AS w5) b,
      LATERAL (SELECT least(l.cache_write_tokens1h, l.prompt_tokens - cr - w5) AS w1) c,
      LATERAL (SELECT least(l.audio_input_tokens, l.prompt_tokens - cr - w5 - w1) AS ai) d,
      LATERAL (SELECT least(l.image_input_tokens, l.prompt_tokens - cr - w5 - w1 - ai) AS ii) e,
      LATERAL (SELECT least(l.audio_output_tokens, l.completion_tokens)::bigint AS ao) f,
      LATERAL (SELECT least(l.image_output_tokens, l.completion_tokens - ao) AS io) g,
      LATERAL (SELECT least(l.reasoning_tokens, l.completion_tokens - ao - io) AS re) h,
      LATERAL (SELECT cr, w5, w1, ai, ii, ao, io, re) k
    WHERE l.price_version_id IS NOT NULL AND l.usage_source <> 'none') r) s
GROUP BY day, model, account_id, group_id, step, slot;
