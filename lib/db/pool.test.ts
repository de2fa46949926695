import { afterAll, beforeAll, expect, it } from "vitest";
import { createPool, inPoolTransaction } from "./pool.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, 1);
});
afterAll(async () => {
  await pool.end();
  await database.stop();
});

it("cuts a transaction that takes longer than its deadline, and the pool goes on", async () => {
  const sleeping = inPoolTransaction((client) => client.query("SELECT pg_sleep(30)"), pool, 50);
  await expect(sleeping).rejects.toThrow("terminated");
  const { rows } = await pool.query("SELECT 1 AS one");
  expect(rows).toEqual([{ one: 1 }]);
});

it("survives the loss of its connection between two statements of a transaction", async () => {
  const lost = inPoolTransaction(async (client) => {
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    const other = createPool(database.url, 1);
    const gone = new Promise((resolve) => client.once("end", resolve));
    await other.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
    await gone;
    await other.end();
    await client.query("SELECT 1");
  }, pool);
  await expect(lost).rejects.toThrow();
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it("frees the locks of a process that freezes inside a transaction, in seconds", async () => {
  const thawed = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const frozen = inPoolTransaction(async (client) => {
    await client.query("LOCK TABLE hot.account_funds");
    locked.resolve();
    await thawed.promise;
    await client.query("SELECT 1");
  }, pool);
  await locked.promise;
  const other = createPool(database.url, 1);
  await other.query("SELECT count(*) FROM hot.account_funds");
  await other.end();
  thawed.resolve();
  await expect(frozen).rejects.toThrow();
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});
