import { expect, it } from "vitest";
import { emptyRow } from "#lib/logs/row";
import { collectGarbage } from "#lib/runtime/testing";
import type { SpoolRow } from "#lib/spool/block";
import type { Spool } from "#lib/spool/store";
import type { Settlement } from "./batch.ts";
import { createFlusher, type FlusherParts } from "./flusher.ts";

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
    read: () => [],
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
  const row: SpoolRow = { seq: 1, settlement: { row: emptyRow, held: false, periodStartMs: null } };
  let forgotten = 0;
  let failures = 1;
  return {
    id: "spool",
    seqAtOpen: 0,
    lastSeq: 1,
    forgottenTo: 0,
    read: () => (forgotten >= 1 ? [] : [row]),
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
  await expect.poll(() => spool.read(0, 1)).toEqual([]);
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
    read: (afterSeq: number): SpoolRow[] =>
      [1, 2]
        .filter((seq) => seq > afterSeq)
        .map((seq) => ({ seq, settlement: { row: { ...emptyRow }, held: false, periodStartMs: null } })),
    forget: (seq: number) => {
      forgotten = seq;
    },
    rename: () => {},
  } as unknown as Spool;
  const batch = Promise.withResolvers<WeakRef<Settlement>>();
  const written = Promise.withResolvers<void>();
  const flusher = flusherOf({
    spool,
    prepare(settlements) {
      for (const settlement of settlements.slice(0, 1)) batch.resolve(new WeakRef(settlement));
      return () => written.promise;
    },
  });
  flusher.wake();
  const row = await batch.promise;
  await collectGarbage();
  expect(row.deref()).toBeUndefined();
  written.resolve();
  await expect.poll(() => forgotten).toBe(2);
  flusher.stop();
});
