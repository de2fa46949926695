import { afterAll, beforeAll, expect, it } from "vitest";
import { createPool } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { REQUEST_LOG_COLUMNS } from "./columns.ts";

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

const FILLED_BY_DEFAULT = ["inserted_at"];
const TYPE_NAMES: Readonly<Record<string, string>> = { "timestamp with time zone": "timestamptz" };

it("declares exactly the columns of the migrated hot.request_log, with their types", async () => {
  const { rows } = await pool.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = 'hot.request_log'::regclass AND attnum > 0 AND NOT attisdropped`,
  );
  const actual = rows
    .filter(({ name }) => !FILLED_BY_DEFAULT.includes(name))
    .map(({ name, type }) => `${name} ${TYPE_NAMES[type] ?? type}`);
  expect(REQUEST_LOG_COLUMNS.map(({ name, type }) => `${name} ${type}`).sort()).toEqual(actual.sort());
});
