-- The hot side: what the gateway writes for every call. SQL only; Prisma does not see this schema.
-- Money is bigint nano-USD (1e-9 $). lib/db/hot-columns.ts declares the columns for the batch writers; a test compares.
CREATE SCHEMA IF NOT EXISTS hot;

-- Balance is what the customer's ledger entries sum to; `held` is what admitted, unsettled calls may still cost.
CREATE TABLE hot.account_funds (
  account_id uuid PRIMARY KEY,
  balance bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0)
) WITH (fillfactor = 50);

-- Spend of a key with a budget, per period of the account's time zone (period_start is its first instant).
CREATE TABLE hot.key_budget (
  key_id uuid NOT NULL,
  period_start timestamptz NOT NULL,
  spent bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  PRIMARY KEY (key_id, period_start)
) WITH (fillfactor = 50);

-- One row per admitted call that is not settled yet; a node's rows left by a crash become `server_interrupted` log rows.
CREATE TABLE hot.hold (
  request_id uuid PRIMARY KEY,
  node_id uuid NOT NULL,
  account_id uuid NOT NULL,
  key_id uuid NOT NULL,
  period_start timestamptz,
  amount bigint NOT NULL CHECK (amount >= 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  log jsonb NOT NULL -- what its row would say: model, ip, endpoint …; never content
);
CREATE INDEX hold_node ON hot.hold (node_id);

-- Append-only double entry. A transaction's entries sum to 0.
CREATE TABLE hot.ledger_transaction (
  id uuid PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL CHECK (kind IN ('recharge', 'usage', 'adjustment', 'refund', 'bonus')),
  account_id uuid,
  minute timestamptz, -- usage: the admission minute of the rows it sums
  requests integer, -- usage: how many rows it sums
  reference text NOT NULL DEFAULT '', -- recharge: method and order number
  note text NOT NULL DEFAULT '',
  actor text NOT NULL DEFAULT 'system'
);
CREATE INDEX ledger_transaction_account ON hot.ledger_transaction (account_id, created_at DESC, id DESC);

CREATE TABLE hot.ledger_entry (
  transaction_id uuid NOT NULL REFERENCES hot.ledger_transaction (id),
  line smallint NOT NULL,
  ledger_account text NOT NULL CHECK (ledger_account IN ('customer', 'usage', 'cash', 'bonus', 'adjustment')),
  account_id uuid,
  amount bigint NOT NULL,
  PRIMARY KEY (transaction_id, line),
  CHECK ((ledger_account = 'customer') = (account_id IS NOT NULL))
);
CREATE INDEX ledger_entry_account ON hot.ledger_entry (account_id) INCLUDE (amount) WHERE account_id IS NOT NULL;

CREATE FUNCTION hot.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'hot.% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE ON hot.ledger_transaction FOR EACH ROW EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER ledger_transaction_no_truncate BEFORE TRUNCATE ON hot.ledger_transaction FOR EACH STATEMENT EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON hot.ledger_entry FOR EACH ROW EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON hot.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION hot.refuse_change();

-- Checked at commit, so that a transaction's lines may be inserted one by one.
CREATE FUNCTION hot.check_ledger_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(amount) FROM hot.ledger_entry WHERE transaction_id = NEW.transaction_id) <> 0 THEN
    RAISE EXCEPTION 'ledger transaction % does not sum to 0', NEW.transaction_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_sum AFTER INSERT ON hot.ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hot.check_ledger_sum();

-- One row per request, daily partitions by created_at (which is the time inside the UUIDv7 request_id). No content, ever.
CREATE TABLE hot.request_log (
  request_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  inserted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  node_id uuid,
  account_id uuid,
  key_id uuid,
  key_prefix text,
  group_id text,
  ip inet,
  user_agent text,
  protocol text NOT NULL,
  endpoint text NOT NULL,
  model text,
  upstream_model text,
  channel_id uuid,
  attempts jsonb NOT NULL DEFAULT '[]', -- [{channelId, status, errorClass, startMs, durationMs}]
  stream boolean NOT NULL DEFAULT false,
  status smallint NOT NULL,
  error_code text,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  cache_read_tokens bigint NOT NULL DEFAULT 0,
  cache_write_tokens5m bigint NOT NULL DEFAULT 0,
  cache_write_tokens1h bigint NOT NULL DEFAULT 0,
  image_input_tokens bigint NOT NULL DEFAULT 0,
  image_output_tokens bigint NOT NULL DEFAULT 0,
  audio_input_tokens bigint NOT NULL DEFAULT 0,
  audio_output_tokens bigint NOT NULL DEFAULT 0,
  reasoning_tokens bigint NOT NULL DEFAULT 0,
  images integer NOT NULL DEFAULT 0,
  seconds integer NOT NULL DEFAULT 0,
  characters bigint NOT NULL DEFAULT 0,
  usage_source text NOT NULL DEFAULT 'none', -- upstream | counted | none
  cost bigint NOT NULL DEFAULT 0,
  hold bigint NOT NULL DEFAULT 0,
  price_version_id uuid,
  model_multiplier text,
  completion_multiplier text,
  group_multiplier text,
  ledger_transaction_id uuid,
  latency_ms integer NOT NULL DEFAULT 0,
  first_token_ms integer,
  gateway_us integer, -- time added by the gateway itself
  repeats integer NOT NULL DEFAULT 1, -- collapsed refusals count here
  PRIMARY KEY (created_at, request_id)
) PARTITION BY RANGE (created_at);
CREATE INDEX request_log_account ON hot.request_log (account_id, created_at DESC, request_id DESC);
CREATE INDEX request_log_key ON hot.request_log (key_id, created_at DESC, request_id DESC);
CREATE INDEX request_log_ip ON hot.request_log (ip, created_at DESC, request_id DESC);
CREATE INDEX request_log_inserted ON hot.request_log USING brin (inserted_at);

-- Makes the day partitions from `from_day` to `to_day`, those that exist already are left alone.
CREATE FUNCTION hot.ensure_log_partitions(from_day date, to_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d date;
BEGIN
  FOR d IN SELECT generate_series(from_day, to_day, interval '1 day')::date LOOP
    EXECUTE format('CREATE TABLE IF NOT EXISTS hot.%I PARTITION OF hot.request_log FOR VALUES FROM (%L) TO (%L)',
      'request_log_' || to_char(d, 'YYYYMMDD'),
      to_char(d, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(d + 1, 'YYYY-MM-DD') || ' 00:00:00+00');
  END LOOP;
END $$;

-- Charts read these, never the logs. Histograms count per bucket of lib/logs/histogram.ts.
CREATE TABLE hot.rollup_minute_model (
  minute timestamptz NOT NULL,
  model text NOT NULL,
  group_id text NOT NULL,
  channel_id text NOT NULL,
  status_class smallint NOT NULL, -- 2, 4, 5
  requests bigint NOT NULL DEFAULT 0,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  images bigint NOT NULL DEFAULT 0,
  cost numeric(30, 0) NOT NULL DEFAULT 0,
  latency_histogram integer[] NOT NULL,
  first_token_histogram integer[] NOT NULL,
  PRIMARY KEY (minute, model, group_id, channel_id, status_class)
);
CREATE TABLE hot.rollup_minute_key (
  minute timestamptz NOT NULL,
  account_id text NOT NULL,
  key_id text NOT NULL,
  model text NOT NULL,
  requests bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  images bigint NOT NULL DEFAULT 0,
  cost numeric(30, 0) NOT NULL DEFAULT 0,
  PRIMARY KEY (minute, account_id, key_id, model)
);
CREATE INDEX rollup_minute_key_account ON hot.rollup_minute_key (account_id, minute);
CREATE INDEX rollup_minute_key_key ON hot.rollup_minute_key (key_id, minute);
CREATE TABLE hot.rollup_day_ip (
  day date NOT NULL,
  key_id text NOT NULL,
  ip inet NOT NULL,
  account_id text NOT NULL,
  requests bigint NOT NULL DEFAULT 0,
  errors bigint NOT NULL DEFAULT 0,
  cost numeric(30, 0) NOT NULL DEFAULT 0,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  PRIMARY KEY (day, key_id, ip)
);
CREATE INDEX rollup_day_ip_key ON hot.rollup_day_ip (key_id, last_seen);

-- Adds two histograms of one length, element by element.
CREATE FUNCTION hot.add_histograms(a integer[], b integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY i)
  FROM (SELECT i, a[i] AS x, b[i] AS y FROM generate_series(1, greatest(array_length(a, 1), array_length(b, 1))) AS i) s
$$;
