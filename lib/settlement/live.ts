import type pg from "pg";
import { log } from "#lib/runtime/log";
import { assignUsageTransactions, type Settlement } from "./batch.ts";
import { writeSettlements } from "./store.ts";

export type SettlementWriter = {
  /** Resolves when the settlement is committed. Never rejects: a database that is away is waited for. */
  settle(settlement: Settlement): Promise<void>;
  /** Settlements that are not committed yet: above `capacity` no new call is admitted. */
  backlog(): number;
  capacity: number;
  /** Writes what is queued and stops; resolves when all is committed. */
  drain(): Promise<void>;
};

type Waiting = { settlement: Settlement; committed: () => void };
type Options = { pool: pg.Pool; newId: () => string; maxBatch?: number; capacity?: number; retryMs?: number };

/**
 * Batches settlements into Postgres: one transaction at a time, each with all that came in while the last one was
 * being written. A failed batch is tried again as it is (its ids make that safe); one that the database refuses
 * is split, so that a single bad row does not hold up the rest.
 */
export function createSettlementWriter({
  pool,
  newId,
  maxBatch = 500,
  capacity = 20_000,
  retryMs = 250,
}: Options): SettlementWriter {
  const queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let unsettled = 0;

  async function run(): Promise<void> {
    // One turn of the event loop lets everything that is ready join the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) await writeUntilCommitted(queue.splice(0, maxBatch));
  }

  async function writeUntilCommitted(batch: Waiting[]): Promise<void> {
    const settlements = batch.map((waiting) => waiting.settlement);
    const usage = assignUsageTransactions(settlements, newId);
    for (;;) {
      try {
        await writeSettlements(settlements, usage, pool);
        break;
      } catch (error) {
        log().error({ err: error, rows: batch.length }, "a settlement batch failed");
        if (isRefusedByDatabase(error)) {
          if (batch.length === 1) return park(batch[0]);
          return writeHalves(batch);
        }
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    for (const waiting of batch) done(waiting);
  }

  async function writeHalves(batch: Waiting[]): Promise<void> {
    // Halves get ledger transactions of their own: nothing of the refused batch was committed.
    for (const { settlement } of batch) settlement.row.ledgerTransactionId = null;
    const middle = batch.length >> 1;
    await writeUntilCommitted(batch.slice(0, middle));
    await writeUntilCommitted(batch.slice(middle));
  }

  /** Its hold stays in the database, so the money stays reserved and the call comes back at the next start. */
  function park(waiting: Waiting | undefined): void {
    if (waiting === undefined) return;
    log().error({ requestId: waiting.settlement.row.requestId }, "a settlement was refused and is set aside");
    done(waiting);
  }

  function done(waiting: Waiting): void {
    unsettled -= 1;
    waiting.committed();
  }

  return {
    capacity,
    backlog: () => unsettled,
    settle(settlement) {
      unsettled += 1;
      return new Promise((committed) => {
        queue.push({ settlement, committed });
        running ??= run().finally(() => {
          running = undefined;
        });
      });
    },
    async drain() {
      while (unsettled > 0) await (running ?? Promise.resolve());
    },
  };
}

/** Classes 22 (data) and 23 (constraint) name a row that will never fit; anything else may pass later. */
function isRefusedByDatabase(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return (
    (typeof code === "string" && /^2[23]/.test(code)) ||
    (error instanceof Error && error.message.includes("settled by another batch"))
  );
}
