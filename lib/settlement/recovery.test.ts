import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPool, queryRows } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import type { Spool } from "#lib/spool/store";
import { deadCosts, retryDead, setAside } from "./dead-store.ts";
import { openFence } from "./fence-store.ts";
import { settleOpenAdmissions } from "./interrupted.ts";
import { writeSettlements } from "./store.ts";
import { inBooks, leasedNode, settleAll } from "./testing.ts";

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

describe("a crash", () => {
  /** Settles `count` calls into a spool that no flusher drains, and flushes as far as the test says. */
  async function spooled(count: number): Promise<Spool> {
    const spool = on.open();
    await Promise.all(on.calls(count, 5n).map((one) => spool.settle(one)));
    return spool;
  }
  async function flushWithoutForgetting(spool: Spool, fromSeq: number, toSeq: number): Promise<void> {
    const batch = spool.read(fromSeq, toSeq - fromSeq).flatMap(({ settlement }) => settlement ?? []);
    await openFence({ nodeId: on.node, spoolId: spool.id, atLeast: fromSeq }, pool);
    await writeSettlements(batch, newId, pool, {
      fence: { nodeId: on.node, spoolId: spool.id, fromSeq, toSeq },
      leasedNodeId: on.node,
    });
  }

  it("between COMMIT and forgetting doubles nothing", async () => {
    const spool = await spooled(20);
    await flushWithoutForgetting(spool, 0, 12);
    await flushWithoutForgetting(spool, 0, 12);
    expect(await on.books()).toEqual(inBooks(12, 60n));
    spool.close();
    const again = on.open();
    expect(again.rows()).toBe(20);
    await on.writerOver(again).replayed();
    expect(await on.books()).toEqual(inBooks(20, 100n));
    await expect.poll(() => again.rows()).toBe(0);
  });

  it("is known by the fence alone, also when the rows have been dropped since with their partition", async () => {
    const spool = await spooled(20);
    await flushWithoutForgetting(spool, 0, 12);
    await pool.query("DELETE FROM hot.request_log WHERE account_id = $1", [on.account]);
    await flushWithoutForgetting(spool, 0, 12);
    spool.close();
    await on.writerOver(on.open()).replayed();
    expect(await on.books()).toEqual({ ...inBooks(20, 100n), rows: 8n });
  });

  it("before COMMIT loses nothing", async () => {
    const spool = await spooled(20);
    await openFence({ nodeId: on.node, spoolId: spool.id, atLeast: 0 }, pool);
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("SELECT hot.advance_spool($1, $2, 0, 12)", [on.node, spool.id]);
    client.release(true);
    spool.close();
    await on.writerOver(on.open()).replayed();
    expect(await on.books()).toEqual(inBooks(20, 100n));
  });

  it("turns calls that were running into rows that are not billed, once", async () => {
    const spool = on.open();
    const running = on.call(0n).row;
    const log = { createdAtMs: running.createdAtMs, accountId: on.account, model: "m", ip: "192.0.2.1" };
    spool.journal({ requestId: running.requestId, holdNanoUsd: 77n, periodStartMs: null, log: () => log });
    await spool.settle(on.call(5n));
    spool.close();
    for (const found of [1, 0]) {
      const next = on.open();
      const writer = on.writerOver(next);
      expect(await settleOpenAdmissions(on.node, next, writer)).toBe(found);
      await writer.drain();
      next.close();
    }
    expect(await on.books()).toEqual(inBooks(2, 5n));
    const [row] = await queryRows(
      "SELECT status, error_code, cost, hold, node_id FROM hot.request_log WHERE request_id = $1",
      [running.requestId],
      pool,
    );
    expect(row).toEqual({
      status: 500,
      error_code: "server_interrupted",
      cost: 0n,
      hold: 77n,
      node_id: on.node,
    });
  });

  it("leaves no call both billed and interrupted: a settlement past the full spool stands", async () => {
    const spool = on.open();
    const settled = on.call(5n);
    const { requestId, createdAtMs } = settled.row;
    spool.journal({
      requestId,
      holdNanoUsd: 7n,
      periodStartMs: null,
      log: () => ({ createdAtMs, accountId: on.account }),
    });
    await spool.settle(on.call(1n));
    await writeSettlements([settled], newId, pool, {
      leasedNodeId: on.node,
    });
    spool.close();
    const next = on.open();
    const writer = on.writerOver(next);
    await settleOpenAdmissions(on.node, next, writer);
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(2, 6n));
  });
});

describe("a file that is not the one Postgres knows", () => {
  it("is flushed whole when it is new: numbers from the beginning are not taken for flushed ones", async () => {
    const first = on.open();
    const old = on.writerOver(first);
    await settleAll(old, on.calls(10, 1n));
    await old.drain();
    first.close();
    on.loseFolder();
    const writer = on.writerOver(on.open());
    await settleAll(writer, on.calls(5, 1n));
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(15, 15n));
  });

  it("is flushed from where it is new when it is an old copy", async () => {
    const first = on.open();
    const writer = on.writerOver(first);
    await settleAll(writer, on.calls(10, 1n));
    await writer.drain();
    first.close();
    // The copy ends where the file began.
    const raw = new DatabaseSync(on.path());
    raw.exec("DELETE FROM settlement; UPDATE spool SET forgotten_to = 0");
    raw.close();
    const copy = on.open();
    const next = on.writerOver(copy);
    await settleAll(next, on.calls(10, 1n));
    await next.drain();
    expect(await on.books()).toEqual(inBooks(20, 20n));
  });

  it("goes on when the fence was put back, as by a restored database", async () => {
    const writer = on.writerOver(on.open());
    await settleAll(writer, on.calls(10, 1n));
    await expect.poll(async () => (await on.books())?.rows).toBe(10n);
    await pool.query("UPDATE hot.node_spool SET last_seq = 3 WHERE node_id = $1", [on.node]);
    await settleAll(writer, on.calls(10, 1n));
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(20, 20n));
  });
});

describe("a row that the database refuses", () => {
  it("is set aside alone, keeps its money reserved, and is written when it is tried again", async () => {
    const writer = on.writerOver(on.open());
    const bad = { ...on.call(40n, { model: "nul \u0000 byte" }), periodStartMs: 86_400_000 };
    await settleAll(writer, [...on.calls(60, 1n), bad, ...on.calls(60, 1n)]);
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(120, 120n));
    const period = { keyId: bad.row.keyId, periodStartMs: 86_400_000 };
    expect(await deadCosts(on.node, pool)).toEqual([
      { accountId: on.account, key: null, costNanoUsd: 40n },
      { accountId: on.account, key: period, costNanoUsd: 40n },
    ]);
    const [row] = await on.dead();
    expect(row).toMatchObject({ seq: 61n, error_class: "22021", retried_at: null });
    expect(await retryDead(row?.id ?? "", newId, pool)).toBe("done");
    expect(await retryDead(row?.id ?? "", newId, pool)).toBe("done");
    expect(await on.books()).toEqual(inBooks(121, 160n));
    expect((await on.dead())[0]?.retried_at).toBeInstanceOf(Date);
    expect(await deadCosts(on.node, pool)).toEqual([]);
  });

  it("is set aside once when that is tried again after a lost answer", async () => {
    const spool = on.open();
    const seq = await spool.settle(on.call(1n));
    await openFence({ nodeId: on.node, spoolId: spool.id, atLeast: 0 }, pool);
    const row = { seq, settlement: on.call(1n) };
    const fence = { nodeId: on.node, spoolId: spool.id, fromSeq: 0, toSeq: seq };
    for (let tries = 0; tries < 2; tries += 1) {
      await setAside({ nodeId: on.node, row, errorClass: "22021", fence }, newId, pool);
    }
    expect(await on.dead()).toHaveLength(1);
    await on.writerOver(spool).replayed();
    expect(await on.books()).toEqual(inBooks(0, 0n));
  });

  it("may be of any kind and any number: the others are written", async () => {
    const spool = on.open();
    const unreadable = await spool.settle(on.call(1n));
    spool.close();
    const raw = new DatabaseSync(on.path());
    raw.prepare("UPDATE settlement SET format = 99 WHERE seq = ?").run(unreadable);
    raw.close();
    const writer = on.writerOver(on.open());
    const bad = [
      on.call(2n ** 63n),
      on.call(1n, { ip: "not an address" }),
      on.call(1n, { status: 1e9 }),
      on.call(1n, { createdAtMs: Number.NaN, requestId: newId() }),
      on.call(1n, { requestId: "no uuid" }),
    ];
    await settleAll(
      writer,
      bad.flatMap((one) => [on.call(1n), one, on.call(1n)]),
    );
    await writer.drain();
    expect(await on.books()).toEqual(inBooks(10, 10n));
    const set = await on.dead();
    expect(set.map(({ error_class }) => error_class).sort()).toEqual(
      ["22003", "22003", "22P02", "22P02", "UnreadableRow", "UnreadableRow"].sort(),
    );
    const answers = await Promise.all(set.map(({ id }) => retryDead(id, newId, pool)));
    expect(answers.sort()).toEqual(["refused", "refused", "refused", "refused", "refused", "unreadable"]);
    expect(await retryDead(newId(), newId, pool)).toBe("not_found");
    expect(await on.books()).toEqual(inBooks(10, 10n));
  });
});
