-- Channels that heal: several credentials, caps, dedication to accounts, what a channel costs us; and the state that
-- nodes share. The previous release goes on reading and writing `credential`, which stays the first one.
ALTER TABLE "channel" ADD COLUMN "more_credentials" BYTEA[] DEFAULT ARRAY[]::BYTEA[];
ALTER TABLE "channel" ADD COLUMN "accounts" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "channel" ADD COLUMN "caps" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "channel" ADD COLUMN "cost_multiplier" TEXT NOT NULL DEFAULT '1';
ALTER TABLE "channel_model" ADD COLUMN "context_window" INTEGER;

ALTER TABLE "channel" DROP CONSTRAINT "channel_status";
ALTER TABLE "channel" ADD CONSTRAINT "channel_status" CHECK ("status" IN ('active', 'draining', 'disabled'));

-- What is not well: one row per breaker that is, or lately was, open. A channel has one for itself (subject ''), one per
-- model ('model:…') and one per credential ('credential:…'). The row that changed last is right.
CREATE TABLE hot.channel_health (
  channel_id uuid NOT NULL,
  subject text NOT NULL,
  state text NOT NULL CHECK (state IN ('closed', 'open', 'half_open')),
  reason text, -- why it opened: a fault class, error_ratio or slow_first_token
  error_class text, -- the last fault
  trips integer NOT NULL DEFAULT 0, -- openings since it was last well: pauses grow with it
  since timestamptz NOT NULL, -- of the state
  next_probe_at timestamptz,
  changed_at timestamptz NOT NULL, -- by the node that saw it, on the database's clock
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- what nodes poll by
  node_id uuid NOT NULL,
  PRIMARY KEY (channel_id, subject)
);
CREATE INDEX channel_health_written ON hot.channel_health (written_at);

-- Nodes that live, and what runs on them: {"channel id": calls}.
CREATE TABLE hot.channel_node (
  node_id uuid PRIMARY KEY,
  in_flight jsonb NOT NULL DEFAULT '{}',
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

-- Attempts, also those that another channel made good: the log rollups know only the channel that answered.
CREATE TABLE hot.channel_minute (
  minute timestamptz NOT NULL,
  channel_id uuid NOT NULL,
  model text NOT NULL,
  attempts bigint NOT NULL DEFAULT 0,
  failures bigint NOT NULL DEFAULT 0,
  first_token_histogram integer[] NOT NULL,
  PRIMARY KEY (channel_id, minute, model)
);

-- Probes and tests are billed to the house, so that the books balance.
INSERT INTO hot.account_funds (account_id) VALUES ('00000000-0000-7000-8000-000000000002') ON CONFLICT DO NOTHING;

-- What a call cost us: official prices at admission × the channel's cost_multiplier. Margins are cost − upstream_cost.
ALTER TABLE hot.request_log ADD COLUMN upstream_cost bigint NOT NULL DEFAULT 0;
ALTER TABLE hot.rollup_minute_model ADD COLUMN upstream_cost numeric(30, 0) NOT NULL DEFAULT 0;
