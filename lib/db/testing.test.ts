import pg from "pg";
import { expect, it } from "vitest";
import { testDatabase } from "./testing.ts";

it("gives each caller a migrated database of its own", async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  expect(one.url).not.toBe(other.url);
  await query(one.url, "INSERT INTO account_group (id, name, updated_at) VALUES ('mine', 'Mine', now())");
  expect(await query(other.url, "SELECT id FROM account_group WHERE id = 'mine'")).toEqual([]);
  await Promise.all([one.stop(), other.stop()]);
});

it("drops the database even while a connection to it is open", async () => {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on("error", () => {});
  await client.connect();
  await database.stop();
  await expect(query(database.url, "SELECT 1")).rejects.toThrow(/does not exist/);
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
