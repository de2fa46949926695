import { expect, it } from "vitest";
import { emptyRow } from "#lib/logs/row";
import { collectGarbage } from "#lib/runtime/testing";
import type { Batch } from "#lib/spool/batch";
import { columnsOfSettlements, type SettlementColumns } from "#lib/spool/settlement-columns";
import type { Spool } from "#lib/spool/store";
import { createFlusher, type FlusherParts } from "./flusher.ts";

/** What a spool says of the rows with these numbers behind `afterSeq`. */
function batchOf(afterSeq: number, ...seqs: number[]): Batch {
  const settlements = seqs.map(() => ({ row: { ...emptyRow }, held: false, periodStartMs: null }));
  return {
    count: seqs.length,
    toSeq: seqs.at(-1) ?? afterSeq,
    settlements: columnsOfSettlements(settlements),
  };
}

/** A flusher that is as quiet and as quick as can be, but for what `parts` says. */
function flusherOf(parts: Pick<FlusherParts, "spool"> & Partial<FlusherParts>) {
  return createFlusher({
    health: { up: () => {}, failed: () => {} },
    openFence: async () => 0,
    prepare: () => async () => {},
    setAside: async () => {},
    report: () => {},
    random: () => 1,
    maxBatch: 10,
    paceMs: 1,
    maxBackOffMs: 1,
    ...parts,
  });
}

it("lets a start go on whose last rows Postgres has already, though the file does not know it", async () => {
  let forgotten = 0;
  const spool = {
    id: "spool",
    seqAtOpen: 4,
    lastSeq: 4,
    forgottenTo: 3,
    readBatch: () => batchOf(0),
    forget: (seq: number) => {
      forgotten = seq;
    },
    rename: () => {},
  } as unknown as Spool;
  const flusher = flusherOf({
    spool,
    openFence: async () => 4,
    prepare: () => () => Promise.reject(new Error("there is nothing to write")),
  });
  await flusher.reached(4);
  expect(forgotten).toBe(4);
  flusher.stop();
});

/** A spool of one row whose file was, once, a copy of another one, and whose disk failed at that moment. */
function brokenSpool() {
  let forgotten = 0;
  let failures = 1;
  return {
    id: "spool",
    seqAtOpen: 0,
    lastSeq: 1,
    forgottenTo: 0,
    readBatch: () => (forgotten >= 1 ? batchOf(1) : batchOf(0, 1)),
    forget: (seq: number) => {
      if (failures > 0 && seq === 1) {
        failures -= 1;
        throw new Error("the disk failed");
      }
      forgotten = seq;
    },
    rename: () => {},
  } as unknown as Spool;
}

it("goes on after an error that nobody foresaw, and tells of it", async () => {
  const health: string[] = [];
  const spool = brokenSpool();
  const flusher = flusherOf({
    spool,
    health: { up: () => {}, failed: (error) => void health.push((error as Error).message) },
  });
  flusher.wake();
  await expect.poll(() => spool.readBatch(0, 1).count).toBe(0);
  expect(health).toEqual(["the disk failed"]);
  flusher.stop();
});

it("holds no row while Postgres works", async () => {
  let forgotten = 0;
  const spool = {
    id: "spool",
    seqAtOpen: 0,
    lastSeq: 2,
    forgottenTo: 0,
    readBatch: (afterSeq: number) => batchOf(afterSeq, ...[1, 2].filter((seq) => seq > afterSeq)),
    forget: (seq: number) => {
      forgotten = seq;
    },
    rename: () => {},
  } as unknown as Spool;
  const batch = Promise.withResolvers<WeakRef<SettlementColumns>>();
  const written = Promise.withResolvers<void>();
  const flusher = flusherOf({
    spool,
    prepare(settlements) {
      batch.resolve(new WeakRef(settlements));
      return () => written.promise;
    },
  });
  flusher.wake();
  const rows = await batch.promise;
  await collectGarbage();
  expect(rows.deref()).toBeUndefined();
  written.resolve();
  await expect.poll(() => forgotten).toBe(2);
  flusher.stop();
});
