import { afterAll, beforeAll, expect, it } from "vitest";
import { createPool } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { columnValues, REQUEST_LOG_COLUMNS } from "./columns.ts";
import { emptyRow, type RequestLogRow } from "./row.ts";

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

it("puts into each column what the row's field of that name says", () => {
  const FIELDS: Readonly<Record<string, keyof RequestLogRow>> = {
    ...{ created_at: "createdAtMs", cost: "costNanoUsd", hold: "holdNanoUsd" },
    ...{ upstream_cost: "upstreamCostNanoUsd" },
  };
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  for (const [place, { name }] of REQUEST_LOG_COLUMNS.entries()) {
    const field = FIELDS[name] ?? camel(name);
    const changed = columnValues({ ...emptyRow, [field]: 7 });
    const places = columnValues(emptyRow).flatMap((value, at) => (value === changed[at] ? [] : at));
    expect([name, places]).toEqual([name, [place]]);
  }
});
