import type pg from "pg";
import { Scratch } from "#lib/db/scratch";
import type { LeaseState } from "#lib/funds/lease";
import { log } from "#lib/runtime/log";
import { systemWorld, trackPart } from "#lib/runtime/supervise";
import type { Admission } from "#lib/spool/format";
import type { Spool } from "#lib/spool/store";
import type { Settlement } from "./batch.ts";
import { setAside } from "./dead-store.ts";
import { errorClassOf, isRefused } from "./faults.ts";
import { openFence } from "./fence-store.ts";
import { createFlusher } from "./flusher.ts";
import { planOf } from "./plan-store.ts";
import { writePlan, writeSettlements } from "./store.ts";

export type SettlementWriter = {
  /** Resolves when the settlement is committed. Never rejects: a database that is away is waited for. */
  settle(settlement: Settlement): Promise<void>;
  /** Settlements that are not committed yet: above `capacity` no new call is admitted. */
  backlog(): number;
  capacity: number;
  /** Why no new call may be admitted now, or null. */
  closedBecause(): "overloaded" | null;
  /** Writes what is queued and stops; resolves when all is committed, or after `withinMs` where a spool or holds keep the rest. */
  drain(withinMs?: number): Promise<void>;
};

/** A writer whose commits are this node's own disk; Postgres follows. */
export type SpooledWriter = SettlementWriter & {
  /** Writes down that a call was admitted. Waits for nothing; a crash makes the call `server_interrupted`. */
  journal(admission: Admission): void;
  /** Resolves when Postgres has all that earlier processes of this node settled. */
  replayed(): Promise<void>;
  /** Refused calls whose rows were not kept since the start, for want of room. */
  dropped(): number;
};

type Waiting = { settlement: Settlement; committed: () => void };
type Options = {
  pool: pg.Pool;
  newId: () => string;
  maxBatch?: number;
  capacity?: number;
  retryMs?: number;
  /** The node whose leases the calls were paid from: what is refused is set aside in the database then. */
  leasedNodeId?: string;
  onFlushed?: (states: LeaseState[]) => void;
};

/**
 * Batches settlements into Postgres: one transaction at a time, each with all that came in while the last one was
 * being written. A failed batch is tried again as it is (its rows' ids make that safe); one that the database refuses
 * is split, so that a single bad row does not hold up the rest.
 */
export function createSettlementWriter({
  pool,
  newId,
  maxBatch = 500,
  capacity = 20_000,
  retryMs = 250,
  leasedNodeId,
  onFlushed,
}: Options): SettlementWriter & { isFailing(): boolean } {
  const origin = leasedNodeId === undefined ? {} : { leasedNodeId };
  const queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let unsettled = 0;
  let isFailing = false;

  async function run(): Promise<void> {
    // One turn of the event loop lets everything that is ready join the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) await writeUntilCommitted(queue.splice(0, maxBatch));
  }

  async function writeUntilCommitted(batch: Waiting[]): Promise<void> {
    const settlements = batch.map((waiting) => waiting.settlement);
    for (;;) {
      try {
        const states = await writeSettlements(settlements, newId, pool, origin);
        onFlushed?.(states);
        break;
      } catch (error) {
        log().error({ err: error, rows: batch.length }, "a settlement batch failed");
        if (isRefused(error)) {
          if (batch.length > 1) return writeHalves(batch);
          if (await park(batch[0], error)) return;
        }
        isFailing = true;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    isFailing = false;
    for (const waiting of batch) done(waiting);
  }

  async function writeHalves(batch: Waiting[]): Promise<void> {
    const middle = batch.length >> 1;
    await writeUntilCommitted(batch.slice(0, middle));
    await writeUntilCommitted(batch.slice(middle));
  }

  /**
   * A hold stays in the database, so the money stays reserved and the call comes back at the next start. Without holds
   * the row is set aside there; false: that failed.
   */
  async function park(waiting: Waiting | undefined, error: unknown): Promise<boolean> {
    if (waiting === undefined) return true;
    const { settlement } = waiting;
    const errorClass = errorClassOf(error);
    log().error({ requestId: settlement.row.requestId, errorClass }, REFUSED);
    if (leasedNodeId !== undefined) {
      const dead = { nodeId: leasedNodeId, row: { seq: null, settlement }, errorClass, fence: null };
      const isKept = await setAside(dead, newId, pool).then(
        () => true,
        () => false,
      );
      if (!isKept) return false;
    }
    done(waiting);
    return true;
  }

  async function drained(): Promise<void> {
    while (unsettled > 0) await (running ?? Promise.resolve());
  }

  function done(waiting: Waiting): void {
    unsettled -= 1;
    waiting.committed();
  }

  return {
    capacity,
    backlog: () => unsettled,
    closedBecause: () => (unsettled >= capacity ? "overloaded" : null),
    isFailing: () => isFailing,
    settle(settlement) {
      unsettled += 1;
      return new Promise((committed) => {
        queue.push({ settlement, committed });
        running ??= run().finally(() => {
          running = undefined;
        });
      });
    },
    async drain(withinMs = Number.POSITIVE_INFINITY) {
      await withinOrGiveUp(drained(), withinMs);
    },
  };
}

const REFUSED = "a settlement was refused and is set aside";

export type SpooledOptions = {
  spool: Spool;
  pool: pg.Pool;
  nodeId: string;
  newId: () => string;
  random: () => number;
  /** Told how this node's leases stand after each flush (lib/funds). */
  onFlushed?: (states: LeaseState[]) => void;
  /** Rows, and bytes, that may wait for Postgres before no new call is admitted. */
  capacity?: number;
  capacityBytes: number;
  maxBatch?: number;
  paceMs?: number;
  maxBackOffMs?: number;
};

/**
 * Commits settlements to the spool and drains it into Postgres behind the calls' backs; one writer per opened spool.
 * If the spool takes no more (ENOSPC), settlements go straight into Postgres; if that fails too, nothing new is
 * admitted and they wait.
 */
export function createSpooledWriter(options: SpooledOptions): SpooledWriter {
  const { spool, pool, nodeId, newId, capacityBytes, capacity = 1_000_000 } = options;
  const { onFlushed = () => {} } = options;
  const flusher = startFlusher(options);
  const straight = createSettlementWriter({ pool, newId, leasedNodeId: nodeId, onFlushed });
  let inCommit = 0;
  let dropped = 0;
  const onIdle: (() => void)[] = [];
  const backlog = () => spool.rows() + inCommit;

  /** One promise per bill and no more: every call waits for one. */
  function settle(settlement: Settlement): Promise<void> {
    if (!settlement.held && (backlog() >= 2 * capacity || straight.isFailing())) {
      drop(settlement.row.repeats);
      return Promise.resolve();
    }
    inCommit += 1;
    return new Promise((resolve, reject) => {
      spool.take({
        settlement,
        committed() {
          flusher.wake();
          left();
          resolve();
        },
        failed: () => void settleStraight(settlement).finally(left).then(resolve, reject),
      });
    });
  }

  async function settleStraight(settlement: Settlement): Promise<void> {
    await straight.settle(settlement);
    spool.withdraw(settlement.row.requestId);
  }

  function left(): void {
    inCommit -= 1;
    if (inCommit === 0) for (const resolve of onIdle.splice(0)) resolve();
  }

  /** Resolves when all that was given so far has its number: what is being committed has none yet. */
  const committed = () =>
    inCommit === 0 ? Promise.resolve() : new Promise<void>((resolve) => onIdle.push(resolve));

  function drop(calls: number): void {
    const digits = String(dropped).length;
    dropped += calls;
    // At 1, 10, 100 …: a flood of refusals must not become a flood of lines.
    if (dropped === calls || String(dropped).length > digits)
      log().warn({ dropped }, "rows of refused calls were not kept");
  }

  return {
    capacity,
    backlog,
    settle,
    journal: (admission) => spool.journal(admission),
    replayed: () => flusher.reached(spool.seqAtOpen),
    dropped: () => dropped,
    closedBecause() {
      const isFull = backlog() >= capacity || spool.bytes() >= capacityBytes;
      return isFull || straight.isFailing() ? "overloaded" : null;
    },
    async drain(withinMs = Number.POSITIVE_INFINITY) {
      const flushed = committed()
        .then(() => straight.drain())
        .then(() => flusher.reached(spool.lastSeq));
      await withinOrGiveUp(flushed, withinMs);
      flusher.stop();
    },
  };
}

function startFlusher({ spool, pool, nodeId, newId, random, onFlushed, ...tuning }: SpooledOptions) {
  // The flusher has words of its own for the log.
  const part = trackPart("flusher", { ...systemWorld, say: () => {} });
  const scratch = new Scratch();
  const flusher = createFlusher({
    spool,
    health: part,
    openFence: (spoolId, atLeast) => openFence({ nodeId, spoolId, atLeast }, pool),
    prepare(settlements) {
      // One step at a time: of the one before, all was sent.
      scratch.clear();
      const plan = planOf(settlements, newId, false, scratch.write);
      return async (step) => {
        const states = await writePlan(plan, pool, { fence: { ...step, nodeId }, leasedNodeId: nodeId });
        onFlushed?.(states);
      };
    },
    setAside: (row, errorClass, step) =>
      setAside({ nodeId, row, errorClass, fence: { ...step, nodeId } }, newId, pool),
    report: (level, fields, message) => log()[level](fields, message),
    random,
    maxBatch: tuning.maxBatch ?? 2_000,
    paceMs: tuning.paceMs ?? 100,
    maxBackOffMs: tuning.maxBackOffMs ?? 2_000,
  });
  // What an earlier process left.
  flusher.wake();
  return {
    ...flusher,
    stop() {
      flusher.stop();
      part.end();
    },
  };
}

async function withinOrGiveUp(work: Promise<void>, withinMs: number): Promise<void> {
  if (withinMs === Number.POSITIVE_INFINITY) return work;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
