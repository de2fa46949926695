-- What the log's writer saw of keys, network by network, until one node has judged it: a queue that is empty most of
-- the time. Unlogged, because it must not cost the writer a second copy in the WAL: a crash of the database loses two
-- seconds of it, and no bill.
CREATE UNLOGGED TABLE hot.sighting (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key_id uuid NOT NULL,
  network text NOT NULL, -- /24, /48, or "others" beyond a batch's bound
  seen jsonb NOT NULL -- lib/detection/sighting-row.ts; never content
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- How each key is usually used. Bounded per key, whatever it does; counts fade.
CREATE TABLE hot.key_pattern (
  key_id uuid PRIMARY KEY,
  last_at timestamptz NOT NULL,
  pattern jsonb NOT NULL -- lib/detection/pattern.ts
) WITH (fillfactor = 70);
CREATE INDEX key_pattern_last_at ON hot.key_pattern (last_at);

-- Which node judges. Taken for seconds at a time, so that a frozen node is followed by another.
CREATE TABLE hot.detection_lease (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  node_id uuid NOT NULL,
  until timestamptz NOT NULL
);

-- From which score on an account's keys are looked at; NULL: the setting.
ALTER TABLE "account" ADD COLUMN "incident_threshold" INTEGER;
ALTER TABLE "account" ADD CONSTRAINT "account_incident_threshold" CHECK ("incident_threshold" BETWEEN 1 AND 100);
