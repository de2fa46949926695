import type pg from "pg";
import { emptyRow } from "#lib/logs/row";
import type { Spool } from "#lib/spool/store";
import { findInterrupted, freeLateHolds } from "./hold-store.ts";
import type { SettlementWriter } from "./live.ts";

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
  await freeLateHolds(
    interrupted.map(({ requestId }) => requestId),
    pool,
  );
  return interrupted.length;
}

/**
 * The same for calls that an earlier process had written down in the spool: their rows are committed there, which ends
 * their admissions. Returns how many there were.
 */
export async function settleOpenAdmissions(
  nodeId: string,
  spool: Pick<Spool, "openAdmissions">,
  writer: Pick<SettlementWriter, "settle">,
): Promise<number> {
  const open = spool.openAdmissions();
  const rows = open.map(({ requestId, holdNanoUsd, periodStartMs, log }) =>
    writer.settle({
      held: true,
      periodStartMs,
      row: {
        ...emptyRow,
        ...log(),
        requestId,
        nodeId,
        holdNanoUsd,
        status: STATUS,
        errorCode: "server_interrupted",
      },
    }),
  );
  await Promise.all(rows);
  return open.length;
}
