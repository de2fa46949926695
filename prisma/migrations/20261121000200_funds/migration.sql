-- Admission of one call: all of it or nothing, in one round trip. Locks are taken in the order account, key budget,
-- as the settlement batches do. Returns 'ok', 'insufficient_balance' or 'budget_exceeded'.
CREATE FUNCTION hot.admit(
  p_request uuid, p_node uuid, p_account uuid, p_key uuid, p_period timestamptz, p_budget bigint, p_amount bigint, p_log jsonb
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE hot.account_funds SET held = held + p_amount WHERE account_id = p_account AND balance - held >= p_amount;
  IF NOT FOUND THEN RETURN 'insufficient_balance'; END IF;
  IF p_budget IS NOT NULL THEN
    INSERT INTO hot.key_budget (key_id, period_start) VALUES (p_key, p_period) ON CONFLICT DO NOTHING;
    UPDATE hot.key_budget SET held = held + p_amount
      WHERE key_id = p_key AND period_start = p_period AND spent + held + p_amount <= p_budget;
    IF NOT FOUND THEN
      UPDATE hot.account_funds SET held = held - p_amount WHERE account_id = p_account;
      RETURN 'budget_exceeded';
    END IF;
  END IF;
  INSERT INTO hot.hold (request_id, node_id, account_id, key_id, period_start, amount, log)
    VALUES (p_request, p_node, p_account, p_key, p_period, p_amount, p_log);
  RETURN 'ok';
END $$;

-- Many admissions in one transaction, each judged on its own; answers in their order. The caller sorts them by account,
-- so that two batches take their locks in one order. One commit for all is what makes a busy account fast.
CREATE FUNCTION hot.admit_many(
  p_node uuid, p_requests uuid[], p_accounts uuid[], p_keys uuid[], p_periods timestamptz[], p_budgets bigint[],
  p_amounts bigint[], p_logs jsonb[]
) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE answers text[] := '{}';
BEGIN
  FOR i IN 1 .. cardinality(p_requests) LOOP
    answers[i] := hot.admit(p_requests[i], p_node, p_accounts[i], p_keys[i], p_periods[i], p_budgets[i], p_amounts[i], p_logs[i]);
  END LOOP;
  RETURN answers;
END $$;

-- Adds to the hold of a running stream, under the same conditions. 'gone' when the call was settled meanwhile.
CREATE FUNCTION hot.extend_hold(p_request uuid, p_budget bigint, p_amount bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE h hot.hold;
BEGIN
  SELECT * INTO h FROM hot.hold WHERE request_id = p_request;
  IF NOT FOUND THEN RETURN 'gone'; END IF;
  UPDATE hot.account_funds SET held = held + p_amount WHERE account_id = h.account_id AND balance - held >= p_amount;
  IF NOT FOUND THEN RETURN 'insufficient_balance'; END IF;
  IF p_budget IS NOT NULL AND h.period_start IS NOT NULL THEN
    UPDATE hot.key_budget SET held = held + p_amount
      WHERE key_id = h.key_id AND period_start = h.period_start AND spent + held + p_amount <= p_budget;
    IF NOT FOUND THEN
      UPDATE hot.account_funds SET held = held - p_amount WHERE account_id = h.account_id;
      RETURN 'budget_exceeded';
    END IF;
  END IF;
  UPDATE hot.hold SET amount = amount + p_amount WHERE request_id = p_request;
  IF NOT FOUND THEN RAISE EXCEPTION 'hold % was settled while it was extended', p_request USING ERRCODE = 'serialization_failure'; END IF;
  RETURN 'ok';
END $$;
