-- Rate limits that upstreams have set: until when a credential is not asked for a model, told from node to node and shown.
-- A table of its own, because the previous release takes every row of channel_health for a breaker.
CREATE TABLE hot.channel_cooling (
  channel_id uuid NOT NULL,
  credential_id text NOT NULL, -- made of its sealed bytes; "none" where there is none
  model text NOT NULL,
  since timestamptz NOT NULL, -- of the first rate limit in a row
  until timestamptz NOT NULL,
  in_row integer NOT NULL DEFAULT 1, -- rate limits without an answer between: waits grow with them
  changed_at timestamptz NOT NULL, -- by the node that saw it, on the database's clock
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- what nodes poll by
  PRIMARY KEY (channel_id, credential_id, model)
);
CREATE INDEX channel_cooling_written ON hot.channel_cooling (written_at);

-- Of a call that nobody answered: the channels that were not asked, and why each could not be. NULL on all other rows.
ALTER TABLE hot.request_log ADD COLUMN passed_over jsonb; -- [{channelId, why, retryAtMs?}]
