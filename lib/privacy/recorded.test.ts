import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { recorded } from "./recorded.ts";
import { columnsOf } from "./recorded-table.ts";

let database: TestDatabase;
let stored: string[];
beforeAll(async () => {
  database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ column: string }>(
    `SELECT n.nspname || '.' || c.relname || '.' || a.attname AS column
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname IN ('public', 'hot') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '_prisma_migrations'`,
  );
  stored = rows.map(({ column }) => column);
  await client.end();
});
afterAll(() => database.stop());

const declared = recorded.flatMap((table) =>
  columnsOf(table).map(({ column }) => `${table.table}.${column}`),
);

describe("the privacy page", () => {
  it("has a purpose for every column that the database holds: name a new one in lib/privacy", () => {
    expect(stored.filter((column) => !declared.includes(column))).toEqual([]);
  });

  it("tells of nothing that is not there, and of nothing twice", () => {
    expect(declared.filter((column) => !stored.includes(column))).toEqual([]);
    expect(declared.length).toBe(new Set(declared).size);
  });

  it("knows no place for what was asked or answered", () => {
    expect(
      stored.filter((column) =>
        /prompt(?!_tokens)|completion(?!_tokens|_multiplier)|content|messages/.test(column),
      ),
    ).toEqual([]);
  });
});
