-- A node that is gone for good may also have held money in the database itself: of calls it had admitted there, which nobody
-- else ends. Those holds are freed with its leases, and a node that only ever held there can be abandoned, too. The release
-- before leaves such holds where they are.
CREATE OR REPLACE FUNCTION hot.abandon_node(p_node uuid, p_quiet interval) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE freed bigint; unheld bigint;
BEGIN
  IF EXISTS (SELECT 1 FROM hot.node_report WHERE node_id = p_node AND seen_at >= clock_timestamp() - p_quiet) THEN RETURN NULL; END IF;
  UPDATE hot.lease_node SET epoch = epoch + 1 WHERE node_id = p_node AND seen_at < clock_timestamp() - p_quiet;
  IF NOT FOUND AND EXISTS (SELECT 1 FROM hot.lease_node WHERE node_id = p_node) THEN RETURN NULL; END IF;
  PERFORM 1 FROM hot.account_funds WHERE account_id IN (
    SELECT account_id FROM hot.lease WHERE node_id = p_node UNION SELECT account_id FROM hot.key_lease WHERE node_id = p_node
    UNION SELECT account_id FROM hot.hold WHERE node_id = p_node
  ) ORDER BY account_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0)::bigint INTO freed FROM hot.lease WHERE node_id = p_node;
  UPDATE hot.account_funds f SET leased = f.leased - l.amount FROM hot.lease l
    WHERE l.node_id = p_node AND l.account_id = f.account_id;
  UPDATE hot.key_budget k SET leased = k.leased - l.amount FROM hot.key_lease l
    WHERE l.node_id = p_node AND l.key_id = k.key_id AND l.period_start = k.period_start;
  UPDATE hot.lease SET amount = 0, version = version + 1, updated_at = clock_timestamp() WHERE node_id = p_node AND amount > 0;
  UPDATE hot.key_lease SET amount = 0, version = version + 1 WHERE node_id = p_node AND amount > 0;
  -- One statement, so that exactly the deleted rows are freed.
  WITH gone AS (
    DELETE FROM hot.hold WHERE node_id = p_node RETURNING account_id, key_id, period_start, amount
  ), by_account AS (
    SELECT account_id, sum(amount)::bigint AS amount FROM gone GROUP BY account_id
  ), funds AS (
    UPDATE hot.account_funds f SET held = f.held - b.amount FROM by_account b WHERE f.account_id = b.account_id
  ), by_key AS (
    SELECT key_id, period_start, sum(amount)::bigint AS amount FROM gone WHERE period_start IS NOT NULL GROUP BY key_id, period_start
  ), budgets AS (
    UPDATE hot.key_budget k SET held = k.held - b.amount FROM by_key b WHERE k.key_id = b.key_id AND k.period_start = b.period_start
  )
  SELECT coalesce(sum(amount), 0)::bigint INTO unheld FROM by_account;
  RETURN freed + unheld;
END $$;
