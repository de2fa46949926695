import type pg from "pg";
import { emptyRow } from "#lib/logs/row";
import type { SettlementWriter } from "./live.ts";
import { findInterrupted } from "./store.ts";

const STATUS = 500;

/**
 * What this node had admitted and not settled when it last stopped: each call becomes a row `server_interrupted`,
 * is not billed, and its hold is freed. Returns how many there were.
 */
export async function settleInterrupted(
  nodeId: string,
  writer: SettlementWriter,
  pool: pg.Pool,
): Promise<number> {
  const interrupted = await findInterrupted(nodeId, pool);
  await Promise.all(
    interrupted.map(({ requestId, holdNanoUsd, periodStart, row }) =>
      writer.settle({
        held: true,
        periodStartMs: periodStart?.getTime() ?? null,
        row: {
          ...emptyRow,
          ...row,
          requestId,
          nodeId,
          holdNanoUsd,
          status: STATUS,
          errorCode: "server_interrupted",
        },
      }),
    ),
  );
  return interrupted.length;
}
