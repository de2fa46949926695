-- How far each node's spool has been flushed. A flush moves last_seq from where it began to where it ends, in the
-- transaction that writes its rows: a flush that is tried again after a lost answer to COMMIT finds it moved.
CREATE TABLE hot.node_spool (
  node_id uuid PRIMARY KEY,
  spool_id uuid NOT NULL, -- the file: a new file of the same node counts from its own beginning
  last_seq bigint NOT NULL CHECK (last_seq >= 0),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

-- Makes or finds a spool's fence and returns where it stands, at least at p_at_least: what the node has dropped from
-- its file must never be asked for again, even if this database was put back to an earlier state.
CREATE FUNCTION hot.open_spool(p_node uuid, p_spool uuid, p_at_least bigint) RETURNS bigint LANGUAGE sql AS $$
  INSERT INTO hot.node_spool AS n (node_id, spool_id, last_seq) VALUES (p_node, p_spool, p_at_least)
  ON CONFLICT (node_id) DO UPDATE SET spool_id = p_spool, updated_at = clock_timestamp(),
    last_seq = CASE WHEN n.spool_id = p_spool THEN greatest(n.last_seq, p_at_least) ELSE p_at_least END
  RETURNING last_seq
$$;

-- Moves a fence. 'moved'; 'standing': this very flush is in already; 'elsewhere': somebody else moved it.
-- A node that freezes inside its flush holds locks that others wait for, so the session ends with it.
CREATE FUNCTION hot.advance_spool(p_node uuid, p_spool uuid, p_from bigint, p_to bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE stands bigint;
BEGIN
  PERFORM set_config('idle_in_transaction_session_timeout', '30s', true);
  UPDATE hot.node_spool SET last_seq = p_to, updated_at = clock_timestamp()
    WHERE node_id = p_node AND spool_id = p_spool AND last_seq = p_from;
  IF FOUND THEN RETURN 'moved'; END IF;
  SELECT last_seq INTO stands FROM hot.node_spool WHERE node_id = p_node AND spool_id = p_spool;
  RETURN CASE WHEN stands = p_to THEN 'standing' ELSE 'elsewhere' END;
END $$;

-- Settlements that the database refused, one by one; an operator has them written again.
CREATE TABLE hot.spool_dead (
  id uuid PRIMARY KEY,
  node_id uuid NOT NULL,
  seq bigint, -- in the node's spool; null: refused when it was written past the spool
  row jsonb NOT NULL, -- {row, held, periodStartMs} as lib/spool/format.ts writes it, or {unreadable: text}
  error_class text NOT NULL, -- SQLSTATE, or the name of the error
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retried_at timestamptz -- when it was written after all
);
CREATE INDEX spool_dead_open ON hot.spool_dead (at DESC) WHERE retried_at IS NULL;
