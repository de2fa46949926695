import pg from "pg";
import { expect, test } from "vitest";
import { testDatabase } from "#lib/db/testing";
import { addOddRowsElsewhere, addOddRowsOfOne } from "../../e2e/support/odd-rows.ts";

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
  "incident",
  "recharge_claim",
  "tier_grant",
  "call_limit",
  "exchange_rate",
  "invitation",
  "channel_model",
  "hot.request_log",
  "hot.rollup_minute_key",
];

test("the rows that lists are looked at with fit the schema, and come a second time", async () => {
  const { url, stop } = await testDatabase({ seeded: true });
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  const { rows: made } = await database.query<{ accountId: string; keyId: string; channelId: string }>(
    `WITH a AS (INSERT INTO account (id, name, updated_at) VALUES (uuidv7(), 'One', now()) RETURNING id),
       k AS (INSERT INTO api_key (id, account_id, name, hash, prefix, last4, updated_at)
         SELECT uuidv7(), id, 'One', 'x', 'sk-tg-one', 'x', now() FROM a RETURNING id, account_id),
       c AS (INSERT INTO channel (id, name, provider, base_url, updated_at)
         VALUES (uuidv7(), 'One', 'simulator', 'https://example.com', now()) RETURNING id)
     SELECT k.account_id AS "accountId", k.id AS "keyId", c.id AS "channelId" FROM k, c`,
  );
  const [one] = made;
  if (one === undefined) throw new Error("nothing was made");
  await database.query("SELECT hot.ensure_log_partitions(current_date - 1, current_date)");
  await addOddRowsElsewhere(database, 1);
  await addOddRowsElsewhere(database, 8);
  await addOddRowsOfOne(database, one, 8);
  for (const table of tables) {
    const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    expect(rows[0]?.n, table).toBeGreaterThanOrEqual(8);
  }
  await database.end();
  await stop();
});
