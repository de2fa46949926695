-- How many calls ran at once, at most, in each minute: of all ('' everywhere), of a model, and of an account or key (then
-- key_id) that a limit on calls at once holds, on a model or ('') on all. `own`: what the node counted by itself; `shared`:
-- what the engine counted that nodes share, of all nodes together.
CREATE TABLE hot.concurrency_minute (
  minute timestamptz NOT NULL,
  account_id text NOT NULL,
  key_id text NOT NULL,
  model text NOT NULL,
  node_id uuid NOT NULL,
  own integer NOT NULL,
  shared integer NOT NULL,
  PRIMARY KEY (minute, account_id, key_id, model, node_id)
);
CREATE INDEX concurrency_minute_account ON hot.concurrency_minute (account_id, minute) WHERE account_id <> '';
