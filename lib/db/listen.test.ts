import { afterAll, beforeAll, expect, it } from "vitest";
import { listenTo } from "./listen.ts";
import { createDirectClient, createPool } from "./pool.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

it("hears again after its connection was cut, by itself, and says meanwhile that it does not", async () => {
  const pool = createPool(database.url, 2);
  const heard: string[] = [];
  const listener = listenTo({
    part: "test-listener",
    channel: "test_channel",
    connect: () => createDirectClient(database.url),
    onPayload: (payload) => void heard.push(payload),
  });
  const notify = (text: string) => pool.query("SELECT pg_notify('test_channel', $1)", [text]);
  await expect.poll(() => listener.report().state).toBe("running");
  await notify("one");
  await expect.poll(() => heard).toEqual(["one"]);

  await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN test_%'");
  await expect.poll(() => listener.report().state).toBe("waiting");
  expect(listener.report().lastError).not.toBeNull();
  await expect.poll(() => listener.report().state, { timeout: 10_000 }).toBe("running");
  await notify("two");
  await expect.poll(() => heard).toEqual(["one", "two"]);
  expect(listener.report().restarts).toBe(1);

  await listener.stop();
  const left = await pool.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN test_%'");
  expect(left.rowCount).toBe(0);
  await pool.end();
});
