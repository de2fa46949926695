import pg from "pg";
import { expect, test } from "vitest";
import { testDatabase } from "#lib/db/testing";
import { addOddRowsElsewhere } from "../../e2e/support/odd-rows.ts";

const tables = [
  "limit_request",
  "subscriber",
  "announcement",
  "recharge",
  "price_version",
  "hot.spool_dead",
  "hot.node_report",
  "hot.ledger_transaction",
  "hot.rollup_day_ip",
];

test("the rows that lists are looked at with fit the schema, and come a second time", async () => {
  const { url, stop } = await testDatabase({ seeded: true });
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  await database.query("INSERT INTO account (id, name, updated_at) VALUES (uuidv7(), 'One', now())");
  await addOddRowsElsewhere(database, 1);
  await addOddRowsElsewhere(database, 8);
  for (const table of tables) {
    const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    expect(rows[0]?.n, table).toBeGreaterThanOrEqual(8);
  }
  await database.end();
  await stop();
});
