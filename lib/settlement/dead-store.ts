import type pg from "pg";
import { formatUsd } from "#lib/core/money";
import { inPoolTransaction, pool as mainPool, type Queryable } from "#lib/db/pool";
import type { SpoolRow } from "#lib/spool/block";
import { decodeSettlement, encodeSettlement, SPOOL_FORMAT } from "#lib/spool/format";
import { errorClassOf, isRefused } from "./faults.ts";
import { advanceFence, type Fence, FLUSH_DEADLINE_MS } from "./fence-store.ts";
import { applySettlements } from "./store.ts";

/** What the database refused, and why. `seq` is null when it was not in the spool. */
export type DeadRow = {
  nodeId: string;
  row: Omit<SpoolRow, "seq"> & { seq: number | null };
  errorClass: string;
  fence: Fence | null;
};

/** Sets one settlement aside for an operator; with a fence it leaves the spool in the same transaction. */
export async function setAside(
  { nodeId, row, errorClass, fence }: DeadRow,
  newId: () => string,
  pool: pg.Pool,
): Promise<void> {
  await inPoolTransaction(
    async (client) => {
      if (fence !== null && !(await advanceFence(client, fence))) return;
      await client.query(
        "INSERT INTO hot.spool_dead (id, node_id, seq, row, error_class) VALUES ($1, $2, $3, $4, $5)",
        [newId(), nodeId, row.seq, deadJson(row), errorClass],
      );
    },
    pool,
    FLUSH_DEADLINE_MS,
  );
}

/** jsonb knows neither NUL nor half of a surrogate pair, which may be why the row was refused. */
function deadJson(row: DeadRow["row"]): string {
  const kept =
    row.settlement === undefined
      ? { unreadable: row.unreadable }
      : JSON.parse(encodeSettlement(row.settlement));
  return JSON.stringify({ ...kept, format: SPOOL_FORMAT }, (_, value) =>
    typeof value === "string" ? value.replaceAll("\u0000", "\ufffd").toWellFormed() : value,
  );
}

/**
 * Writes a row that was set aside after all: log row, ledger, balance, lease, rollups. `done`: it is written now, or was
 * before; `refused`: the database refuses it still, and says why by `error_class`; `unreadable`: a newer release's.
 * `witness` writes down, in the same transaction, who had it written.
 */
export async function retryDead(
  id: string,
  newId: () => string,
  pool: pg.Pool = mainPool(),
  witness: (client: pg.PoolClient, costUsd: string) => Promise<void> = async () => {},
): Promise<"done" | "refused" | "unreadable" | "not_found"> {
  try {
    return await inPoolTransaction(
      async (client) => {
        const { rows } = await client.query(
          "SELECT node_id, row, retried_at FROM hot.spool_dead WHERE id = $1 FOR UPDATE",
          [id],
        );
        const dead = rows[0];
        if (dead === undefined) return "not_found";
        if (dead.retried_at !== null) return "done";
        if ("unreadable" in dead.row) return "unreadable";
        const batch = [decodeSettlement(dead.row.format, JSON.stringify(dead.row))];
        await applySettlements(client, batch, newId, { leasedNodeId: dead.node_id });
        await client.query("UPDATE hot.spool_dead SET retried_at = clock_timestamp() WHERE id = $1", [id]);
        await witness(client, formatUsd(batch[0]?.row.costNanoUsd ?? 0n));
        return "done";
      },
      pool,
      FLUSH_DEADLINE_MS,
    );
  } catch (error) {
    if (!isRefused(error)) throw error;
    await pool.query("UPDATE hot.spool_dead SET error_class = $2 WHERE id = $1", [id, errorClassOf(error)]);
    return "refused";
  }
}

/** A row's cost as a number, whatever a broken row has in its place. */
export const DEAD_COST = `CASE WHEN row->'row'->>'costNanoUsd' ~ '^[0-9]{1,30}$' THEN (row->'row'->>'costNanoUsd')::numeric ELSE 0 END`;

/** How many rows are set aside, and what they would cost together if they were written. */
export async function countDead(on: Queryable): Promise<{ count: number; costNanoUsd: bigint }> {
  const { rows } = await on.query<{ count: number; cost: string }>(
    `SELECT count(*)::int AS count, coalesce(sum(${DEAD_COST}), 0)::text AS cost FROM hot.spool_dead WHERE retried_at IS NULL`,
  );
  return { count: rows[0]?.count ?? 0, costNanoUsd: BigInt(rows[0]?.cost ?? 0) };
}

/** A cost that a node's leases still cover, of an account or of a key's budget. */
export type DeadCost = {
  accountId: string;
  key: { keyId: string; periodStartMs: number } | null;
  costNanoUsd: bigint;
};

/** What a node's rows that are set aside would cost if they were written: its leases keep that money until then. */
export async function deadCosts(nodeId: string, pool: pg.Pool): Promise<DeadCost[]> {
  const { rows } = await pool.query<{ account: string; key: string; period: bigint | null; cost: bigint }>(
    `SELECT row->'row'->>'accountId' AS account, row->'row'->>'keyId' AS key,
       (row->>'periodStartMs')::bigint AS period, (row->'row'->>'costNanoUsd')::bigint AS cost
     FROM hot.spool_dead WHERE node_id = $1 AND retried_at IS NULL AND row->'row'->>'accountId' IS NOT NULL
       AND (row->'row'->>'costNanoUsd')::numeric BETWEEN 1 AND 9223372036854775807`,
    [nodeId],
  );
  return rows.flatMap(({ account: accountId, key: keyId, period, cost: costNanoUsd }) => {
    const ofAccount = { accountId, key: null, costNanoUsd };
    if (period === null) return [ofAccount];
    return [ofAccount, { accountId, key: { keyId, periodStartMs: Number(period) }, costNanoUsd }];
  });
}
