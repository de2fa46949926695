-- The by-IP report reads the day rollup alone: it tells tokens and the latest user agent too. A release that does not
-- know the columns leaves their defaults.
ALTER TABLE hot.rollup_day_ip
  ADD COLUMN prompt_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN completion_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN user_agent text; -- the latest one, ≤ 128 characters
-- "Which keys did this address use?" and "from where is this account used?"
CREATE INDEX rollup_day_ip_ip ON hot.rollup_day_ip (ip, day);
CREATE INDEX rollup_day_ip_account ON hot.rollup_day_ip (account_id, day);
