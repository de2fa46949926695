-- Charts of videos and audios per minute, and of an account's failures (5xx) beside its refusals. A release that does not
-- know the columns leaves their defaults.
ALTER TABLE hot.rollup_minute_model
  ADD COLUMN videos bigint NOT NULL DEFAULT 0,
  ADD COLUMN audios bigint NOT NULL DEFAULT 0;
ALTER TABLE hot.rollup_minute_key
  ADD COLUMN failures bigint NOT NULL DEFAULT 0, -- of `errors`, those with a status from 500
  ADD COLUMN videos bigint NOT NULL DEFAULT 0,
  ADD COLUMN audios bigint NOT NULL DEFAULT 0;

-- Whole hours and UTC days, summed from the minutes by a job when they are over: long charts read these. `start` is the
-- span's first instant. Latency per key is counted from the rows, once per hour, because a histogram per key and minute
-- would cost every flush.
CREATE TABLE hot.rollup_hour_model (
  start timestamptz NOT NULL,
  model text NOT NULL,
  group_id text NOT NULL,
  channel_id text NOT NULL,
  status_class smallint NOT NULL,
  requests bigint NOT NULL,
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  images bigint NOT NULL,
  videos bigint NOT NULL,
  audios bigint NOT NULL,
  cost numeric(30, 0) NOT NULL,
  upstream_cost numeric(30, 0) NOT NULL,
  latency_histogram integer[] NOT NULL,
  first_token_histogram integer[] NOT NULL,
  PRIMARY KEY (start, model, group_id, channel_id, status_class)
);
CREATE TABLE hot.rollup_day_model (LIKE hot.rollup_hour_model INCLUDING ALL);
CREATE TABLE hot.rollup_hour_key (
  start timestamptz NOT NULL,
  account_id text NOT NULL,
  key_id text NOT NULL,
  model text NOT NULL,
  requests bigint NOT NULL,
  errors bigint NOT NULL,
  failures bigint NOT NULL,
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  images bigint NOT NULL,
  videos bigint NOT NULL,
  audios bigint NOT NULL,
  cost numeric(30, 0) NOT NULL,
  latency_histogram integer[], -- null: no call of it reached a model, or its rows are gone
  first_token_histogram integer[],
  PRIMARY KEY (start, account_id, key_id, model)
);
CREATE INDEX rollup_hour_key_account ON hot.rollup_hour_key (account_id, start);
CREATE INDEX rollup_hour_key_key ON hot.rollup_hour_key (key_id, start);
CREATE TABLE hot.rollup_day_key (LIKE hot.rollup_hour_key INCLUDING ALL);

-- Which spans stand in those tables. Stale: minutes of it came later (a node that was away), the job sums it again, and
-- until then charts read the minutes.
CREATE TABLE hot.rollup_span (
  span text NOT NULL CHECK (span IN ('hour', 'day')),
  start timestamptz NOT NULL,
  stale boolean NOT NULL DEFAULT false,
  PRIMARY KEY (span, start)
);
CREATE INDEX rollup_span_stale ON hot.rollup_span (start) WHERE stale;
