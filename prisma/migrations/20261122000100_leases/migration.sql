-- Leases: a node takes a slice of an account's money (and of a key's budget) and spends it in memory.
-- available = balance - held - leased. A node's lease: amount = what is free in its memory + its open holds + costs that
-- its spool has settled and not flushed. Every change of an account's leases happens under the lock of its funds row.
ALTER TABLE hot.account_funds ADD COLUMN leased bigint NOT NULL DEFAULT 0 CHECK (leased >= 0);
ALTER TABLE hot.key_budget ADD COLUMN leased bigint NOT NULL DEFAULT 0 CHECK (leased >= 0);

-- A node that has leases. The epoch is the fence: each start of a process takes the next one, abandoning the node does
-- too, and what was sent under an older one changes nothing. seen_at is the last renewal.
CREATE TABLE hot.lease_node (
  node_id uuid PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 1,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- `spent` is all that was ever flushed through the lease, `version` counts its changes: with both a node knows its lease
-- from any answer, also after one was lost. Rows are kept at amount 0.
CREATE TABLE hot.lease (
  node_id uuid NOT NULL,
  account_id uuid NOT NULL,
  amount bigint NOT NULL DEFAULT 0 CHECK (amount >= 0),
  spent bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (node_id, account_id)
) WITH (fillfactor = 50);
CREATE INDEX lease_account ON hot.lease (account_id);

CREATE TABLE hot.key_lease (
  node_id uuid NOT NULL,
  key_id uuid NOT NULL,
  period_start timestamptz NOT NULL,
  account_id uuid NOT NULL,
  amount bigint NOT NULL DEFAULT 0 CHECK (amount >= 0),
  spent bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (node_id, key_id, period_start)
) WITH (fillfactor = 50);
CREATE INDEX key_lease_key ON hot.key_lease (key_id, period_start);

-- The direct engine sees what is leased as taken.
CREATE OR REPLACE FUNCTION hot.admit(
  p_request uuid, p_node uuid, p_account uuid, p_key uuid, p_period timestamptz, p_budget bigint, p_amount bigint, p_log jsonb
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE hot.account_funds SET held = held + p_amount WHERE account_id = p_account AND balance - held - leased >= p_amount;
  IF NOT FOUND THEN RETURN 'insufficient_balance'; END IF;
  IF p_budget IS NOT NULL THEN
    INSERT INTO hot.key_budget (key_id, period_start) VALUES (p_key, p_period) ON CONFLICT DO NOTHING;
    UPDATE hot.key_budget SET held = held + p_amount
      WHERE key_id = p_key AND period_start = p_period AND spent + held + leased + p_amount <= p_budget;
    IF NOT FOUND THEN
      UPDATE hot.account_funds SET held = held - p_amount WHERE account_id = p_account;
      RETURN 'budget_exceeded';
    END IF;
  END IF;
  INSERT INTO hot.hold (request_id, node_id, account_id, key_id, period_start, amount, log)
    VALUES (p_request, p_node, p_account, p_key, p_period, p_amount, p_log);
  RETURN 'ok';
END $$;

CREATE OR REPLACE FUNCTION hot.extend_hold(p_request uuid, p_budget bigint, p_amount bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE h hot.hold;
BEGIN
  SELECT * INTO h FROM hot.hold WHERE request_id = p_request;
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  UPDATE hot.account_funds SET held = held + p_amount
    WHERE account_id = h.account_id AND balance - held - leased >= p_amount;
  IF NOT FOUND THEN RETURN 'insufficient_balance'; END IF;
  IF p_budget IS NOT NULL AND h.period_start IS NOT NULL THEN
    UPDATE hot.key_budget SET held = held + p_amount
      WHERE key_id = h.key_id AND period_start = h.period_start AND spent + held + leased + p_amount <= p_budget;
    IF NOT FOUND THEN
      UPDATE hot.account_funds SET held = held - p_amount WHERE account_id = h.account_id;
      RETURN 'budget_exceeded';
    END IF;
  END IF;
  UPDATE hot.hold SET amount = amount + p_amount WHERE request_id = p_request;
  IF NOT FOUND THEN RAISE EXCEPTION 'hold % was settled while it was extended', p_request USING ERRCODE = 'serialization_failure'; END IF;
  RETURN 'ok';
END $$;

-- Takes what a node lacks, from the account and from the key's budget, all or nothing: at least p_need, with room p_wish
-- (what is being waited for) or an eighth of what is available, at most p_most; so a slice shrinks with the balance.
-- A need of 0 asks only whether there is a debt. Answers 'ok', 'fenced', 'insufficient_balance' or 'budget_exceeded'.
-- `available` and `others` (what other nodes have leased) are those of what was short.
CREATE FUNCTION hot.refill_lease(
  p_node uuid, p_epoch bigint, p_account uuid, p_need bigint, p_wish bigint, p_most bigint,
  p_key uuid, p_period timestamptz, p_budget bigint, p_key_need bigint, p_key_wish bigint,
  OUT answer text, OUT available bigint, OUT others bigint, OUT amount bigint, OUT spent bigint, OUT version bigint,
  OUT key_amount bigint, OUT key_spent bigint, OUT key_version bigint
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE slice bigint; key_slice bigint; budget_left bigint;
BEGIN
  others := 0;
  IF NOT EXISTS (SELECT 1 FROM hot.lease_node WHERE node_id = p_node AND epoch = p_epoch) THEN answer := 'fenced'; RETURN; END IF;
  SELECT f.balance - f.held - f.leased INTO available FROM hot.account_funds f WHERE f.account_id = p_account FOR UPDATE;
  slice := CASE WHEN p_need > 0 THEN greatest(p_need, least(available, p_wish), least(available / 8, p_most)) ELSE 0 END;
  UPDATE hot.account_funds f SET leased = f.leased + slice
    WHERE f.account_id = p_account AND f.balance - f.held - f.leased >= slice;
  IF NOT FOUND THEN
    answer := 'insufficient_balance';
    available := coalesce(available, -1); -- no money row: as if it owed
    SELECT coalesce(sum(l.amount), 0)::bigint INTO others FROM hot.lease l WHERE l.account_id = p_account AND l.node_id <> p_node;
    RETURN;
  END IF;
  IF p_key IS NOT NULL THEN
    INSERT INTO hot.key_budget (key_id, period_start) VALUES (p_key, p_period) ON CONFLICT DO NOTHING;
    SELECT p_budget - k.spent - k.held - k.leased INTO budget_left FROM hot.key_budget k
      WHERE k.key_id = p_key AND k.period_start = p_period FOR UPDATE;
    key_slice := CASE WHEN p_key_need > 0
      THEN greatest(p_key_need, least(budget_left, p_key_wish), least(budget_left / 8, p_most)) ELSE 0 END;
    UPDATE hot.key_budget k SET leased = k.leased + key_slice
      WHERE k.key_id = p_key AND k.period_start = p_period AND k.spent + k.held + k.leased + key_slice <= p_budget;
    IF NOT FOUND THEN
      UPDATE hot.account_funds f SET leased = f.leased - slice WHERE f.account_id = p_account;
      answer := 'budget_exceeded';
      available := budget_left;
      SELECT coalesce(sum(l.amount), 0)::bigint INTO others FROM hot.key_lease l
        WHERE l.key_id = p_key AND l.period_start = p_period AND l.node_id <> p_node;
      RETURN;
    END IF;
    INSERT INTO hot.key_lease AS l (node_id, key_id, period_start, account_id, amount)
      VALUES (p_node, p_key, p_period, p_account, key_slice)
      ON CONFLICT (node_id, key_id, period_start) DO UPDATE SET amount = l.amount + excluded.amount, version = l.version + 1
      RETURNING l.amount, l.spent, l.version INTO key_amount, key_spent, key_version;
  END IF;
  INSERT INTO hot.lease AS l (node_id, account_id, amount) VALUES (p_node, p_account, slice)
    ON CONFLICT (node_id, account_id)
    DO UPDATE SET amount = l.amount + excluded.amount, version = l.version + 1, updated_at = clock_timestamp()
    RETURNING l.amount, l.spent, l.version INTO amount, spent, version;
  answer := 'ok';
  available := available - slice;
END $$;

-- What a node knows of a lease: the account's (key_id null, `available` is the account's) or a key's.
CREATE TYPE hot.lease_state AS (
  account_id uuid, key_id uuid, period_start timestamptz, amount bigint, spent bigint, version bigint, available bigint
);

CREATE FUNCTION hot.lease_states(p_node uuid, p_accounts uuid[], p_keys uuid[], p_periods timestamptz[])
RETURNS SETOF hot.lease_state LANGUAGE sql STABLE AS $$
  SELECT l.account_id, NULL::uuid, NULL::timestamptz, l.amount, l.spent, l.version, f.balance - f.held - f.leased
  FROM hot.lease l JOIN hot.account_funds f USING (account_id)
  WHERE l.node_id = p_node AND l.account_id = ANY(p_accounts)
  UNION ALL
  SELECT l.account_id, l.key_id, l.period_start, l.amount, l.spent, l.version, 0
  FROM hot.key_lease l JOIN unnest(p_keys, p_periods) AS t(key_id, period_start) USING (key_id, period_start)
  WHERE l.node_id = p_node
$$;

-- Gives back what is free in a node's memory, at most what the lease has: a call that cost more than it had held may
-- have spent it meanwhile. The node's row is locked, because an answer that was lost may be followed by a new epoch: then
-- this must have happened before or never. No row: fenced.
CREATE FUNCTION hot.return_lease(
  p_node uuid, p_epoch bigint, p_account uuid, p_amount bigint, p_keys uuid[], p_periods timestamptz[], p_amounts bigint[]
) RETURNS SETOF hot.lease_state LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM hot.lease_node WHERE node_id = p_node AND epoch = p_epoch FOR SHARE;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM 1 FROM hot.account_funds WHERE account_id = p_account FOR UPDATE;
  WITH back AS (
    SELECT l.account_id, least(l.amount, p_amount) AS amount FROM hot.lease l WHERE l.node_id = p_node AND l.account_id = p_account
  ), funds AS (
    UPDATE hot.account_funds f SET leased = f.leased - back.amount FROM back WHERE f.account_id = back.account_id
  )
  UPDATE hot.lease l SET amount = l.amount - back.amount, version = l.version + 1, updated_at = clock_timestamp()
    FROM back WHERE l.node_id = p_node AND l.account_id = back.account_id;
  WITH back AS (
    SELECT l.key_id, l.period_start, least(l.amount, t.amount) AS amount
    FROM hot.key_lease l JOIN unnest(p_keys, p_periods, p_amounts) AS t(key_id, period_start, amount)
      USING (key_id, period_start) WHERE l.node_id = p_node
  ), budgets AS (
    UPDATE hot.key_budget k SET leased = k.leased - back.amount
    FROM back WHERE k.key_id = back.key_id AND k.period_start = back.period_start
  )
  UPDATE hot.key_lease l SET amount = l.amount - back.amount, version = l.version + 1
    FROM back WHERE l.node_id = p_node AND l.key_id = back.key_id AND l.period_start = back.period_start;
  RETURN QUERY SELECT * FROM hot.lease_states(p_node, ARRAY[p_account], p_keys, p_periods);
END $$;

-- Takes flushed costs out of a node's leases, in the transaction that takes them from the balances (before this). What
-- a lease does not cover is taken from the available money; where that makes a debt, every node is asked for its free part.
CREATE FUNCTION hot.spend_leases(
  p_node uuid, p_accounts uuid[], p_costs bigint[], p_keys uuid[], p_periods timestamptz[], p_key_costs bigint[]
) RETURNS SETOF hot.lease_state LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM hot.account_funds WHERE account_id = ANY(p_accounts) ORDER BY account_id FOR UPDATE;
  WITH taken AS (
    SELECT l.account_id, t.cost, least(l.amount, t.cost) AS amount
    FROM hot.lease l JOIN unnest(p_accounts, p_costs) AS t(account_id, cost) USING (account_id) WHERE l.node_id = p_node
  ), funds AS (
    UPDATE hot.account_funds f SET leased = f.leased - taken.amount FROM taken WHERE f.account_id = taken.account_id
  )
  UPDATE hot.lease l SET amount = l.amount - taken.amount, spent = l.spent + taken.cost, version = l.version + 1,
    updated_at = clock_timestamp()
    FROM taken WHERE l.node_id = p_node AND l.account_id = taken.account_id;
  WITH taken AS (
    SELECT l.key_id, l.period_start, t.cost, least(l.amount, t.cost) AS amount
    FROM hot.key_lease l JOIN unnest(p_keys, p_periods, p_key_costs) AS t(key_id, period_start, cost)
      USING (key_id, period_start) WHERE l.node_id = p_node
  ), budgets AS (
    UPDATE hot.key_budget k SET leased = k.leased - taken.amount
    FROM taken WHERE k.key_id = taken.key_id AND k.period_start = taken.period_start
  )
  UPDATE hot.key_lease l SET amount = l.amount - taken.amount, spent = l.spent + taken.cost, version = l.version + 1
    FROM taken WHERE l.node_id = p_node AND l.key_id = taken.key_id AND l.period_start = taken.period_start;
  PERFORM pg_notify('tollgate_recall', 'all ' || f.account_id) FROM hot.account_funds f
    WHERE f.account_id = ANY(p_accounts) AND f.balance - f.held - f.leased < 0 AND f.leased > 0;
  RETURN QUERY SELECT * FROM hot.lease_states(p_node, p_accounts, p_keys, p_periods);
END $$;

-- Frees all that a node has leased, for an operator who knows that it is gone for good: what its spool holds is then
-- taken from the available money, should it ever come. Refused (null) for a node that renewed within p_quiet.
CREATE FUNCTION hot.abandon_node(p_node uuid, p_quiet interval) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE freed bigint;
BEGIN
  UPDATE hot.lease_node SET epoch = epoch + 1 WHERE node_id = p_node AND seen_at < clock_timestamp() - p_quiet;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM hot.account_funds WHERE account_id IN (
    SELECT account_id FROM hot.lease WHERE node_id = p_node UNION SELECT account_id FROM hot.key_lease WHERE node_id = p_node
  ) ORDER BY account_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0)::bigint INTO freed FROM hot.lease WHERE node_id = p_node;
  UPDATE hot.account_funds f SET leased = f.leased - l.amount FROM hot.lease l
    WHERE l.node_id = p_node AND l.account_id = f.account_id;
  UPDATE hot.key_budget k SET leased = k.leased - l.amount FROM hot.key_lease l
    WHERE l.node_id = p_node AND l.key_id = k.key_id AND l.period_start = k.period_start;
  UPDATE hot.lease SET amount = 0, version = version + 1, updated_at = clock_timestamp() WHERE node_id = p_node AND amount > 0;
  UPDATE hot.key_lease SET amount = 0, version = version + 1 WHERE node_id = p_node AND amount > 0;
  RETURN freed;
END $$;
