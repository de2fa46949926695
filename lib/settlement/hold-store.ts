import type pg from "pg";
import { inPoolTransaction } from "#lib/db/pool";
import type { RequestLogRow } from "#lib/logs/row";

/** What was held becomes available again: the amounts that stand in the database, not the node's. Whoever calls has locked the accounts. */
export async function freeHolds(client: pg.PoolClient, requestIds: readonly string[]): Promise<void> {
  if (requestIds.length === 0) return;
  await client.query({
    name: "free-holds",
    text: `WITH freed AS (
        DELETE FROM hot.hold WHERE request_id = ANY($1::uuid[]) RETURNING account_id, key_id, period_start, amount
      ), by_account AS (
        SELECT account_id, sum(amount)::bigint AS amount FROM freed GROUP BY account_id
      ), funds AS (
        UPDATE hot.account_funds f SET held = f.held - b.amount FROM by_account b WHERE f.account_id = b.account_id
      ), by_key AS (
        SELECT key_id, period_start, sum(amount)::bigint AS amount FROM freed
        WHERE period_start IS NOT NULL GROUP BY key_id, period_start
      )
      UPDATE hot.key_budget k SET held = k.held - b.amount FROM by_key b
      WHERE k.key_id = b.key_id AND k.period_start = b.period_start`,
    values: [requestIds],
  });
}

/** Frees holds that stand although their calls' rows do: they reached the database after the call was given up. */
export async function freeLateHolds(requestIds: readonly string[], from: pg.Pool): Promise<void> {
  if (requestIds.length === 0) return;
  await inPoolTransaction(async (client) => {
    await client.query(
      `SELECT 1 FROM hot.account_funds
       WHERE account_id IN (SELECT account_id FROM hot.hold WHERE request_id = ANY($1::uuid[]))
       ORDER BY account_id FOR UPDATE`,
      [requestIds],
    );
    await freeHolds(client, requestIds);
  }, from);
}

/** The rows of calls that were running when this node last stopped without settling them, read from their holds. */
export async function findInterrupted(
  nodeId: string,
  client: pg.Pool,
): Promise<
  { row: Partial<RequestLogRow>; requestId: string; holdNanoUsd: bigint; periodStart: Date | null }[]
> {
  const { rows } = await client.query(
    "SELECT request_id, amount, period_start, log FROM hot.hold WHERE node_id = $1",
    [nodeId],
  );
  return rows.map((r) => ({
    requestId: r.request_id,
    holdNanoUsd: r.amount,
    periodStart: r.period_start,
    row: r.log,
  }));
}
