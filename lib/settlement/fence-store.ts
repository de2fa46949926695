import type pg from "pg";
import { inPoolTransaction } from "#lib/db/pool";
import { FenceElsewhere } from "./faults.ts";

/** One step of a node's spool into Postgres: the rows after `fromSeq` up to `toSeq`. */
export type Fence = { nodeId: string; spoolId: string; fromSeq: number; toSeq: number };

/** A flush that takes longer is cut and tried again: its fence says whether it came through. */
export const FLUSH_DEADLINE_MS = 30_000;

/** Makes or finds the spool's fence. Returns the number up to which Postgres has its rows, at least `atLeast`. */
export async function openFence(
  of: { nodeId: string; spoolId: string; atLeast: number },
  pool: pg.Pool,
): Promise<number> {
  return inPoolTransaction(
    async (client) => {
      const { rows } = await client.query<{ stands: bigint }>("SELECT hot.open_spool($1, $2, $3) AS stands", [
        of.nodeId,
        of.spoolId,
        of.atLeast,
      ]);
      return Number(rows[0]?.stands);
    },
    pool,
    FLUSH_DEADLINE_MS,
  );
}

/**
 * Moves the fence, first of all in the transaction that writes the rows. False: these very rows are in already.
 * Throws FenceElsewhere if it stands anywhere else.
 */
export async function advanceFence(client: pg.PoolClient, fence: Fence): Promise<boolean> {
  const { rows } = await client.query<{ answer: string }>({
    name: "advance-spool",
    text: "SELECT hot.advance_spool($1, $2, $3, $4) AS answer",
    values: [fence.nodeId, fence.spoolId, fence.fromSeq, fence.toSeq],
  });
  const answer = rows[0]?.answer;
  if (answer === "elsewhere")
    throw new FenceElsewhere(`the fence of ${fence.nodeId} is not at ${fence.fromSeq}`);
  return answer === "moved";
}
