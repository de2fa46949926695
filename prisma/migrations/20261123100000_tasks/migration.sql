-- Tasks that outlive the call that makes them: docs/decisions/0020-tasks.md. What they make is never stored, nor what was asked for.

-- The row that a task's end adds names the row of the call that made it. NULL: a call of its own.
ALTER TABLE hot.request_log ADD COLUMN parent_id uuid;

-- A running task's hold stands in hot.hold under the same id, with the nil UUID for its node.
CREATE TABLE hot.task (
  id uuid PRIMARY KEY, -- the request id of the call that made it
  created_at timestamptz NOT NULL,
  account_id uuid NOT NULL,
  key_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('task', 'video')),
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'succeeded', 'failed', 'expired', 'deleted')),
  model text NOT NULL,
  channel_id uuid NOT NULL,
  credential_id text NOT NULL, -- which of the channel's credentials it was made with
  upstream_id text NOT NULL, -- what upstream calls it
  images integer NOT NULL DEFAULT 0, -- what was asked for, and is billed at most
  seconds integer NOT NULL DEFAULT 0,
  image_kind text,
  look_at timestamptz NOT NULL, -- when a node looks after it next
  ended_at timestamptz,
  settlement_id uuid -- the row that its end added
) WITH (fillfactor = 80);
CREATE INDEX task_due ON hot.task (look_at) WHERE state = 'running';
CREATE INDEX task_ended ON hot.task (ended_at) WHERE ended_at IS NOT NULL;

-- Idempotency-Key: who has claimed one, and the task that came of it.
CREATE TABLE hot.task_key (
  account_id uuid NOT NULL,
  key_hash bytea NOT NULL, -- SHA-256 of path and key
  body_hash bytea NOT NULL,
  request_id uuid NOT NULL, -- the call that claimed it
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  task_id uuid,
  PRIMARY KEY (account_id, key_hash)
);
CREATE INDEX task_key_claimed ON hot.task_key (claimed_at);
