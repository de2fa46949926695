-- What is wrong now, or was: one row per cause, opened and resolved by whoever watches that cause.
CREATE TABLE hot.alert (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL, -- lib/alerts/kinds.ts
  subject text NOT NULL, -- what it is about: a node, a part of a node, "all"
  data jsonb NOT NULL DEFAULT '{}', -- figures for its sentence; no content, no secrets
  first_seen timestamptz NOT NULL DEFAULT now(), -- of this opening
  last_seen timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  count integer NOT NULL DEFAULT 1, -- how often it was opened
  UNIQUE (kind, subject)
);
CREATE INDEX alert_seen ON hot.alert (first_seen DESC, id DESC);

-- What each process says of itself every few seconds. A row is overwritten by the node's next process.
CREATE TABLE hot.node_report (
  node_id uuid PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz NOT NULL,
  stopped_at timestamptz, -- it ended in order
  version text NOT NULL,
  host text NOT NULL,
  engine text NOT NULL, -- leased | direct
  spool_rows bigint NOT NULL,
  spool_bytes bigint NOT NULL,
  spool_lag_ms bigint NOT NULL, -- age of the oldest bill that Postgres does not have
  clock_offset_ms integer NOT NULL, -- the database's clock minus this node's
  parts jsonb NOT NULL -- lib/runtime/supervise.ts PartReport[]
) WITH (fillfactor = 50);

-- The ledger over all accounts, newest first.
CREATE INDEX ledger_transaction_time ON hot.ledger_transaction (created_at DESC, id DESC);
