-- A node that freezes inside a transaction holds locks that others wait for. Every transaction now says itself how long it
-- may idle (lib/db), so that the fence needs not; and whoever waits for an account's lock to move leases gives up on the
-- server too, before its node does: a statement that nobody waits for any more must not stand in the queue, holding the
-- node's row.
CREATE OR REPLACE FUNCTION hot.advance_spool(p_node uuid, p_spool uuid, p_from bigint, p_to bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE stands bigint;
BEGIN
  UPDATE hot.node_spool SET last_seq = p_to, updated_at = clock_timestamp()
    WHERE node_id = p_node AND spool_id = p_spool AND last_seq = p_from;
  IF FOUND THEN RETURN 'moved'; END IF;
  SELECT last_seq INTO stands FROM hot.node_spool WHERE node_id = p_node AND spool_id = p_spool;
  RETURN CASE WHEN stands = p_to THEN 'standing' ELSE 'elsewhere' END;
END $$;

ALTER FUNCTION hot.refill_lease(
  uuid, bigint, uuid, bigint, bigint, bigint, uuid, timestamptz, bigint, bigint, bigint
) SET lock_timeout = '1800ms';
ALTER FUNCTION hot.return_lease(uuid, bigint, uuid, bigint, uuid[], timestamptz[], bigint[]) SET lock_timeout = '1800ms';
