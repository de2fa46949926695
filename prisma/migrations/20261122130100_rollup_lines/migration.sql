-- The line that a chart draws of one model, group, channel, status, account or key: one row per whole hour with its minutes,
-- and one per UTC day with its hours. The arrays run beside each other: `at` is the minute of the hour, or the hour of the
-- day, of those in which there were calls. Made with the sums of rollup_span; a chart of a day at minute resolution reads a
-- thousand rows instead of a hundred thousand.
CREATE TABLE hot.rollup_line (
  span text NOT NULL CHECK (span IN ('hour', 'day')),
  dimension text NOT NULL CHECK (dimension IN ('model', 'group', 'channel', 'status', 'account', 'key')),
  start timestamptz NOT NULL,
  id text NOT NULL,
  at smallint[] NOT NULL,
  requests bigint[] NOT NULL,
  errors bigint[] NOT NULL,
  tokens bigint[] NOT NULL,
  images bigint[] NOT NULL,
  videos bigint[] NOT NULL,
  audios bigint[] NOT NULL,
  cost numeric(30, 0)[] NOT NULL,
  PRIMARY KEY (span, dimension, start, id)
);
CREATE INDEX rollup_line_id ON hot.rollup_line (id, span, start) WHERE dimension IN ('account', 'key');

-- Hours and days that were summed before the lines were there are summed again.
UPDATE hot.rollup_span SET stale = true;
