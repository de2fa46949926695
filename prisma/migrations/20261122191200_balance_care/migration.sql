-- How far an account may fall below 0: what calls may take is balance + credit_line - held - leased, in both engines. The
-- release before never sets one.
ALTER TABLE hot.account_funds ADD COLUMN credit_line bigint NOT NULL DEFAULT 0 CHECK (credit_line >= 0);

CREATE OR REPLACE FUNCTION hot.admit(
  p_request uuid, p_node uuid, p_account uuid, p_key uuid, p_period timestamptz, p_budget bigint, p_amount bigint, p_log jsonb
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE hot.account_funds SET held = held + p_amount WHERE account_id = p_account AND balance + credit_line - held - leased >= p_amount;
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
    WHERE account_id = h.account_id AND balance + credit_line - held - leased >= p_amount;
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

CREATE OR REPLACE FUNCTION hot.refill_lease(
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
  SELECT f.balance + f.credit_line - f.held - f.leased INTO available FROM hot.account_funds f WHERE f.account_id = p_account FOR UPDATE;
  slice := CASE WHEN p_need > 0 THEN greatest(p_need, least(available, p_wish), least(available / 8, p_most)) ELSE 0 END;
  UPDATE hot.account_funds f SET leased = f.leased + slice
    WHERE f.account_id = p_account AND f.balance + f.credit_line - f.held - f.leased >= slice;
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

CREATE OR REPLACE FUNCTION hot.lease_states(p_node uuid, p_accounts uuid[], p_keys uuid[], p_periods timestamptz[])
RETURNS SETOF hot.lease_state LANGUAGE sql STABLE AS $$
  SELECT l.account_id, NULL::uuid, NULL::timestamptz, l.amount, l.spent, l.version, f.balance + f.credit_line - f.held - f.leased
  FROM hot.lease l JOIN hot.account_funds f USING (account_id)
  WHERE l.node_id = p_node AND l.account_id = ANY(p_accounts)
  UNION ALL
  SELECT l.account_id, l.key_id, l.period_start, l.amount, l.spent, l.version, 0
  FROM hot.key_lease l JOIN unnest(p_keys, p_periods) AS t(key_id, period_start) USING (key_id, period_start)
  WHERE l.node_id = p_node
$$;

CREATE OR REPLACE FUNCTION hot.spend_leases(
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
    WHERE f.account_id = ANY(p_accounts) AND f.balance + f.credit_line - f.held - f.leased < 0 AND f.leased > 0;
  RETURN QUERY SELECT * FROM hot.lease_states(p_node, p_accounts, p_keys, p_periods);
END $$;

-- Replacing a function forgets what was set for it.
ALTER FUNCTION hot.refill_lease(
  uuid, bigint, uuid, bigint, bigint, bigint, uuid, timestamptz, bigint, bigint, bigint
) SET lock_timeout = '1800ms';

-- When an account is told that its money runs low, and what it was told of; null: as the settings say.
ALTER TABLE "account" ADD COLUMN "low_balance_nano_usd" BIGINT,
    ADD COLUMN "low_balance_days" INTEGER,
    ADD COLUMN "mails_statements" BOOLEAN;
-- A row stands from the mail until the balance has recovered.
CREATE TABLE "balance_notice" (
    "account_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "balance_notice_pkey" PRIMARY KEY ("account_id", "kind")
);
ALTER TABLE "balance_notice" ADD CONSTRAINT "balance_notice_kind" CHECK ("kind" IN ('threshold', 'days'));

-- A month of an account as its ledger stood when the month was over. Never changed: what is booked later stands in the next.
CREATE TABLE "statement" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "month" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "opening_nano_usd" BIGINT NOT NULL,
    "late_nano_usd" BIGINT NOT NULL,
    "closing_nano_usd" BIGINT NOT NULL,
    "lines" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "statement_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "statement_account_id_month_key" ON "statement"("account_id", "month");

-- AddForeignKey
ALTER TABLE "statement" ADD CONSTRAINT "statement_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
