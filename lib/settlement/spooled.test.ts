import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPool } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { someSettlement } from "#lib/spool/testing";
import { cuttable, inBooks, leasedNode, settleAll } from "./testing.ts";

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let on: Awaited<ReturnType<typeof leasedNode>>;

beforeAll(async () => {
  setConfig(loadConfig({ LOG_LEVEL: "silent" }));
  database = await testDatabase();
  pool = createPool(database.url, 8);
});
afterAll(async () => {
  await pool.end();
  await database.stop();
});
beforeEach(async () => {
  on = await leasedNode(pool);
});
afterEach(() => on.close());

describe("settling into the spool", () => {
  it("brings rows, ledger, balance, leases and rollups into Postgres and empties the spool", async () => {
    const spool = on.open();
    const writer = on.writerOver(spool, { maxBatch: 64 });
    await settleAll(writer, on.calls(500, 7n));
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(500, 3_500n));
    await expect.poll(() => spool.rows()).toBe(0);
    expect([spool.bytes(), writer.backlog(), writer.closedBecause()]).toEqual([0, 0, null]);
  });

  it("brings what is given in the moment of the stop into Postgres as well", async () => {
    const spool = on.open();
    const writer = on.writerOver(spool);
    await writer.settle(on.call(7n));
    const last = writer.settle(on.call(5n));
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(2, 12n));
    await last;
  });

  it("tells the leases how they stand after each flush", async () => {
    let heard: bigint | undefined;
    const writer = on.writerOver(on.open(), {
      onFlushed: (states) => {
        heard = states.find(({ accountId }) => accountId === on.account)?.amountNanoUsd;
      },
    });
    await writer.settle(on.call(25n));
    await writer.drain();
    expect(heard).toBe(inBooks(1, 25n).lease);
  });

  it("settles a call once that is settled twice, also within one batch", async () => {
    const writer = on.writerOver(on.open());
    const twice = on.call(10n);
    await settleAll(writer, [twice, on.call(1n), { ...twice, row: { ...twice.row } }]);
    await writer.settle(twice);
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(2, 11n));
  });

  it("refuses new calls beyond its rows or bytes, and drops rows of refused calls far beyond them", async () => {
    const proxy = await cuttable(database.url);
    proxy.cut();
    const writer = on.writerOver(on.open(), { pool: proxy.pool, capacity: 4 });
    await settleAll(writer, on.calls(3, 1n));
    expect(writer.closedBecause()).toBe(null);
    await writer.settle(on.call(1n));
    expect(writer.closedBecause()).toBe("overloaded");
    for (let count = 0; count < 6; count += 1)
      await writer.settle(someSettlement({ accountId: on.account }, false));
    expect([writer.backlog(), writer.dropped()]).toEqual([8, 2]);
    await writer.settle(on.call(1n));
    proxy.mend();
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(9, 5n));
    await proxy.stop();
  });

  it("counts the bytes that wait as well", async () => {
    const proxy = await cuttable(database.url);
    proxy.cut();
    const writer = on.writerOver(on.open(), { pool: proxy.pool, capacityBytes: 1_200 });
    await writer.settle(on.call(1n));
    expect(writer.closedBecause()).toBe(null);
    await settleAll(writer, on.calls(3, 1n));
    expect(writer.closedBecause()).toBe("overloaded");
    proxy.mend();
    await writer.drain();
    await expect.poll(() => writer.closedBecause()).toBe(null);
    await proxy.stop();
  });
});

describe("a Postgres that is away", () => {
  it("is waited for without holding a call up, and gets everything once when it is back", async () => {
    const proxy = await cuttable(database.url);
    const writer = on.writerOver(on.open(), { pool: proxy.pool, maxBatch: 10 });
    const settled: Promise<void>[] = [];
    const settleSome = async () => {
      for (let count = 0; count < 40; count += 1) settled.push(writer.settle(on.call(3n)));
      await Promise.all(settled);
    };
    await settleSome();
    // Cut wherever the flusher happens to be, several times: before, inside and after transactions.
    for (let count = 0; count < 6; count += 1) {
      proxy.cut();
      await settleSome();
      proxy.mend();
      await expect
        .poll(async () => (await on.books())?.rows ?? 0n)
        .toBeGreaterThan(BigInt(settled.length - 40));
    }
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(280, 840n));
    await proxy.stop();
  });

  it("does not keep a stop waiting beyond its patience; the next start flushes the rest", async () => {
    const proxy = await cuttable(database.url);
    proxy.cut();
    const first = on.open();
    const writer = on.writerOver(first, { pool: proxy.pool });
    await settleAll(writer, on.calls(30, 2n));
    await writer.drain(50);
    expect(first.rows()).toBe(30);
    first.close();
    await proxy.stop();
    const next = on.writerOver(on.open());
    await next.replayed();
    expect(await on.books()).toEqual(inBooks(30, 60n));
  });
});

/** What calls of one commit share is written once: these share nothing of it. */
const bulky = (index: number) => ({ userAgent: `${index}`.padEnd(900, "x") });

describe("a spool that is full", () => {
  it("sends settlements straight into Postgres, and takes the next ones when it has room", async () => {
    const spool = on.open(24 * 4096);
    const writer = on.writerOver(spool, { paceMs: 0 });
    const all = Array.from({ length: 300 }, (_, index) => on.call(1n, bulky(index)));
    all.slice(0, 50).forEach(({ row }) => {
      writer.journal({ requestId: row.requestId, holdNanoUsd: 1n, periodStartMs: null, log: () => ({}) });
    });
    await settleAll(writer, all);
    expect(writer.closedBecause()).toBe(null);
    await writer.settle(on.call(1n));
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(301, 301n));
    spool.close();
    expect(on.open().openAdmissions()).toEqual([]);
  });

  it("stops admission if Postgres is away as well, and acknowledges nothing until one of them is back", async () => {
    const proxy = await cuttable(database.url);
    proxy.cut();
    const writer = on.writerOver(on.open(24 * 4096), { pool: proxy.pool });
    let acknowledged = 0;
    const all = Array.from({ length: 300 }, (_, index) => on.call(1n, bulky(index)));
    const settled = all.map((one) =>
      writer.settle(one).then(() => {
        acknowledged += 1;
      }),
    );
    await expect.poll(() => writer.closedBecause()).toBe("overloaded");
    expect(acknowledged).toBe(0);
    await writer.settle(someSettlement({ accountId: on.account }, false));
    expect(writer.dropped()).toBe(1);
    proxy.mend();
    await Promise.all(settled);
    expect(writer.closedBecause()).toBe(null);
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(300, 300n));
    await proxy.stop();
  });

  it("sets a row aside that is refused on the straight way too", async () => {
    const writer = on.writerOver(on.open(16 * 4096));
    await writer.settle(on.call(1n, { userAgent: "x".repeat(200_000), model: "nul \u0000 byte" }));
    expect(await on.dead()).toMatchObject([{ seq: null, error_class: "22021" }]);
  });
});
