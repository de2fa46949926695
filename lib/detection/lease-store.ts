import type { Queryable } from "#lib/db/pool";

/** A node that has not said so for this long judges no more: the next one takes over. */
const LEASE_SECONDS = 4;

/** Takes or keeps the right to judge; false: another node has it. */
export async function takeLease(on: Queryable, nodeId: string): Promise<boolean> {
  const { rowCount } = await on.query({
    name: "take-detection-lease",
    text: `INSERT INTO hot.detection_lease AS l (one, node_id, until)
      VALUES (true, $1, clock_timestamp() + make_interval(secs => $2))
      ON CONFLICT (one) DO UPDATE SET node_id = excluded.node_id, until = excluded.until
      WHERE l.node_id = excluded.node_id OR l.until < clock_timestamp()`,
    values: [nodeId, LEASE_SECONDS],
  });
  return rowCount === 1;
}

/** Whether it is still this node's, and no other's until the transaction ends. */
export async function holdLease(on: Queryable, nodeId: string): Promise<boolean> {
  const { rowCount } = await on.query(
    "SELECT 1 FROM hot.detection_lease WHERE node_id = $1 AND until >= clock_timestamp() FOR UPDATE",
    [nodeId],
  );
  return rowCount === 1;
}

/** The next node need not wait. */
export async function leaveLease(on: Queryable, nodeId: string): Promise<void> {
  await on.query("DELETE FROM hot.detection_lease WHERE node_id = $1", [nodeId]);
}
