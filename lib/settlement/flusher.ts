import type { PartHandle } from "#lib/runtime/supervise";
import type { SpoolRow } from "#lib/spool/block";
import type { SettlementColumns } from "#lib/spool/settlement-columns";
import type { Spool } from "#lib/spool/store";
import { errorClassOf, isRefused, UnreadableRow } from "./faults.ts";

type Step = { spoolId: string; fromSeq: number; toSeq: number };

export type FlusherParts = {
  spool: Spool;
  /** See openFence in fence-store.ts. */
  openFence(spoolId: string, atLeast: number): Promise<number>;
  /**
   * Makes what writes the rows of a step, once: it resolves too if Postgres has them already. It is called until it
   * does, and must not hold on to the rows.
   */
  prepare(settlements: SettlementColumns): WriteStep;
  /** Takes the one row of a step out for an operator. */
  setAside(row: SpoolRow, errorClass: string, step: Step): Promise<void>;
  report(level: "info" | "warn" | "error", fields: object, message: string): void;
  /** Where it says that it works, or why it does not. */
  health: Pick<PartHandle, "up" | "failed">;
  random(): number;
  maxBatch: number;
  /** A batch that is not full is followed by the next one no sooner than this. */
  paceMs: number;
  maxBackOffMs: number;
};

export type Flusher = {
  /** There is something to flush. */
  wake(): void;
  /** Resolves when Postgres has every row up to `seq`, or the flusher was stopped. */
  reached(seq: number): Promise<void>;
  /** Begins nothing more; what is under way may still come through. */
  stop(): void;
};

type WriteStep = (step: Step) => Promise<void>;
/** The oldest rows that Postgres does not have. */
type Next = { count: number; toSeq: number; write: WriteStep };
type Ending = "done" | "stopped" | { refusal: unknown };

const FIRST_BACK_OFF_MS = 50;
const REPORT_EVERY = 10;

/**
 * Drains a spool into Postgres, oldest first, one step at a time, and never gives up: what fails for want of a database
 * is tried again as it is, what the database refuses is halved until the bad row stands alone and is set aside.
 */
export function createFlusher(parts: FlusherParts): Flusher {
  const { spool, report } = parts;
  let flushedTo = spool.forgottenTo;
  let hasFence = false;
  let running: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;
  let endPause: (() => void) | undefined;
  const awaited = new Set<{ seq: number; resolve: () => void }>();

  function wake(): void {
    isWanted = true;
    if (isStopped || running !== undefined) return;
    running = run()
      .then(parts.health.up, survive)
      .finally(() => {
        running = undefined;
        if (isWanted) wake();
      });
  }

  /** What nobody foresaw must not end the flushing: bills would pile up until no call is admitted. */
  async function survive(error: unknown): Promise<void> {
    parts.health.failed(error, parts.maxBackOffMs);
    report("error", { err: error }, "the flusher failed and is started again");
    isWanted = true;
    await pause(parts.maxBackOffMs);
  }

  async function run(): Promise<void> {
    // One turn lets everything that is committed in it join.
    await new Promise((resolve) => setImmediate(resolve));
    while (!isStopped) {
      isWanted = false;
      if (!hasFence) await untilDone(findFence);
      const count = await flushNext(parts.maxBatch);
      if (count === 0) return;
      if (count < parts.maxBatch) await pause(parts.paceMs);
    }
  }

  /** Where an earlier process got to: its last step may be in Postgres and not forgotten here. */
  async function findFence(): Promise<void> {
    const stands = await parts.openFence(spool.id, flushedTo);
    if (stands > spool.seqAtOpen) {
      flushedTo = Math.max(flushedTo, spool.seqAtOpen);
      await startOver();
    } else {
      flushedTo = stands;
    }
    hasFence = true;
    // Whoever waits for what an earlier process has flushed waits for no step of this one.
    arrive(flushedTo);
  }

  /** Postgres knows steps that this file never took: the file is an old copy, or a copy of it is in use. */
  async function startOver(): Promise<void> {
    report("error", { flushedTo }, "another process has flushed a copy of this spool: is DATA_DIR a copy?");
    spool.rename();
    await parts.openFence(spool.id, flushedTo);
  }

  /** Flushes so many of the oldest rows at most; returns how many there were. What is refused is read again, by halves. */
  async function flushNext(limit: number): Promise<number> {
    let next: Next | undefined;
    await untilDone(async () => {
      next = readNext(limit);
    });
    if (next === undefined || next.count === 0) return 0;
    const { count, toSeq, write } = next;
    const ending = await untilDone(() => write(stepTo(toSeq)), isRefused);
    if (ending === "done") arrive(toSeq);
    if (typeof ending === "string") return count;
    if (count === 1) await takeOut(errorClassOf(ending.refusal));
    else for (const half of [count >> 1, count - (count >> 1)]) await flushNext(half);
    return count;
  }

  /** The rows are gone when this returns: none waits in memory for Postgres. */
  function readNext(limit: number): Next {
    const { count, toSeq, settlements } = spool.readBatch(flushedTo, limit);
    return { count, toSeq, write: count === 0 ? async () => {} : writeOf(settlements) };
  }

  function writeOf(settlements: SettlementColumns | undefined): WriteStep {
    try {
      if (settlements === undefined) throw new UnreadableRow("a row of an unknown format");
      return parts.prepare(settlements);
    } catch (error) {
      return () => Promise.reject(error);
    }
  }

  /** The oldest row, which the database refused alone. */
  async function takeOut(errorClass: string): Promise<void> {
    let row: SpoolRow | undefined;
    await untilDone(async () => {
      [row] = spool.read(flushedTo, 1);
    });
    if (row !== undefined) await setRowAside(row, errorClass);
  }

  async function setRowAside(row: SpoolRow, errorClass: string): Promise<void> {
    const requestId = row.settlement?.row.requestId;
    report("error", { seq: row.seq, requestId, errorClass }, "a settlement was refused and is set aside");
    const ending = await untilDone(() => parts.setAside(row, errorClass, stepTo(row.seq)));
    if (ending === "done") arrive(row.seq);
  }

  function stepTo(toSeq: number): Step {
    return { spoolId: spool.id, fromSeq: flushedTo, toSeq };
  }

  function arrive(seq: number): void {
    flushedTo = seq;
    spool.forget(seq);
    for (const waiting of awaited) if (waiting.seq <= seq) waiting.resolve();
  }

  /** Tries until it works, the error `isFinal`, or the flusher is stopped. */
  async function untilDone(
    work: () => Promise<void>,
    isFinal: (error: unknown) => boolean = () => false,
  ): Promise<Ending> {
    for (let tries = 0; !isStopped; tries += 1) {
      try {
        await work();
        if (tries > 0) report("info", { tries }, "settlements reach the database again");
        parts.health.up();
        return "done";
      } catch (error) {
        if (isFinal(error)) return { refusal: error };
        const pauseMs = backOffMs(tries);
        parts.health.failed(error, pauseMs);
        if (tries % REPORT_EVERY === 0)
          report("warn", { err: error, tries }, "settlements wait for the database");
        if (error instanceof Error && error.name === "FenceElsewhere") await startOver().catch(() => {});
        await pause(pauseMs);
      }
    }
    return "stopped";
  }

  /** Doubles up to its bound; half of it by chance, so that nodes do not come back together. */
  function backOffMs(tries: number): number {
    const upTo = Math.min(parts.maxBackOffMs, FIRST_BACK_OFF_MS * 2 ** Math.min(tries, 16));
    return upTo * (0.5 + parts.random() / 2);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    wake,
    reached(seq) {
      if (isStopped || seq <= flushedTo) return Promise.resolve();
      return new Promise((resolve) => {
        const waiting = {
          seq,
          resolve: () => {
            awaited.delete(waiting);
            resolve();
          },
        };
        awaited.add(waiting);
        wake();
      });
    },
    stop() {
      isStopped = true;
      endPause?.();
      for (const { resolve } of awaited) resolve();
    },
  };
}
