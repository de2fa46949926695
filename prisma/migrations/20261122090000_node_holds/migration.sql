-- What running calls hold in the memory of each node, told by the node itself every second, so that every node can show
-- an account's money. Only for showing: what may be spent is decided by the leases alone. No row: nothing is held.
CREATE TABLE hot.node_hold (
  node_id uuid NOT NULL,
  account_id uuid NOT NULL,
  held bigint NOT NULL CHECK (held > 0),
  PRIMARY KEY (node_id, account_id)
) WITH (fillfactor = 50);
CREATE INDEX node_hold_account ON hot.node_hold (account_id);
