-- Adds two lists of counts of one length, element by element.
CREATE FUNCTION hot.add_counts(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY i)
  FROM (SELECT i, a[i] AS x, b[i] AS y FROM generate_series(1, greatest(array_length(a, 1), array_length(b, 1))) AS i) s
$$;

-- Billed usage per UTC day, each token counted once: what new prices are tried on. `tokens` in the order of tokenUnits
-- (lib/pricing/units.ts): input, output, cache read, cache write 5 min and 1 h, image in and out, audio in and out,
-- reasoning. `context_step`: how many of contextSteps (lib/pricing/tiers.ts) the prompt is above.
CREATE TABLE hot.rollup_day_usage (
  day date NOT NULL,
  account_id text NOT NULL,
  group_id text NOT NULL,
  model text NOT NULL,
  context_step smallint NOT NULL,
  requests bigint NOT NULL DEFAULT 0,
  tokens bigint[] NOT NULL,
  images bigint NOT NULL DEFAULT 0,
  seconds bigint NOT NULL DEFAULT 0,
  characters bigint NOT NULL DEFAULT 0,
  cost numeric(30, 0) NOT NULL DEFAULT 0,
  PRIMARY KEY (day, account_id, group_id, model, context_step)
);

-- What stands in the log already. Parts never exceed their total, as in lib/pricing/usage.ts.
INSERT INTO hot.rollup_day_usage
SELECT day, account_id, group_id, model, step, count(*),
  ARRAY[sum(prompt - cr - w5 - w1 - ai - ii), sum(completion - ao - io - re), sum(cr), sum(w5), sum(w1), sum(ii), sum(io),
    sum(ai), sum(ao), sum(re)]::bigint[],
  sum(images), sum(seconds), sum(characters), sum(cost)
FROM (SELECT r.*,
    (prompt > 128000)::int + (prompt > 199999)::int + (prompt > 200000)::int + (prompt > 271999)::int
      + (prompt > 272000)::int + (prompt > 512000)::int AS step
  FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, coalesce(account_id::text, '') AS account_id,
      coalesce(group_id, '') AS group_id, coalesce(model, '') AS model, prompt_tokens::bigint AS prompt,
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
GROUP BY day, account_id, group_id, model, step;
