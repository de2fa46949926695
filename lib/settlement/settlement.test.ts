import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPool, queryRows } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { directFunds } from "#lib/funds/store";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import type { Settlement } from "./batch.ts";
import { settleInterrupted } from "./interrupted.ts";
import { createSettlementWriter } from "./live.ts";
import { writeSettlements } from "./store.ts";

const node = newId();
let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let account: string;
let key: string;

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
  [account, key] = [newId(), newId()];
  await pool.query("INSERT INTO hot.account_funds (account_id, balance) VALUES ($1, 1000000)", [account]);
});

const funds = async () =>
  (
    await queryRows<{ balance: bigint; held: bigint }>(
      "SELECT balance, held FROM hot.account_funds WHERE account_id = $1",
      [account],
      pool,
    )
  )[0];
const entries = async () =>
  (
    await queryRows<{ sum: string | null; n: bigint }>(
      "SELECT sum(amount)::text AS sum, count(*) AS n FROM hot.ledger_entry WHERE account_id = $1",
      [account],
      pool,
    )
  )[0];

/** Admits a call and says how it ended. */
async function admitted(
  costNanoUsd: bigint,
  more: Partial<RequestLogRow> = {},
  holdNanoUsd = 5_000n,
): Promise<Settlement> {
  const requestId = newId();
  const answer = await directFunds(pool, node).hold({
    requestId,
    accountId: account,
    keyId: key,
    amountNanoUsd: holdNanoUsd,
    budget: null,
    log: () => ({}),
  });
  expect(answer).toBe("ok");
  const row = {
    ...emptyRow,
    requestId,
    createdAtMs: Date.now(),
    accountId: account,
    keyId: key,
    costNanoUsd,
    holdNanoUsd,
    status: 200,
    model: "m",
    ip: "192.0.2.1",
    ...more,
  };
  return { row, held: true, periodStartMs: null };
}

describe("settling a batch", () => {
  it("moves row, ledger, balance and hold together", async () => {
    const batch = [await admitted(700n), await admitted(300n), await admitted(0n)];
    expect(await funds()).toEqual({ balance: 1_000_000n, held: 15_000n });
    await writeSettlements(batch, newId, pool);
    expect(await funds()).toEqual({ balance: 999_000n, held: 0n });
    expect(await entries()).toEqual({ sum: "-1000", n: 1n });
  });

  it("settles once when it is written twice, as after a lost answer to COMMIT", async () => {
    const batch = [await admitted(700n), await admitted(300n)];
    await writeSettlements(batch, newId, pool);
    await writeSettlements(batch, newId, pool);
    expect(await funds()).toEqual({ balance: 999_000n, held: 0n });
    expect(await entries()).toEqual({ sum: "-1000", n: 1n });
    const [rollup] = await queryRows<{ requests: bigint }>(
      "SELECT requests FROM hot.rollup_minute_key WHERE key_id = $1",
      [key],
      pool,
    );
    expect(rollup?.requests).toBe(2n);
  });

  it("makes the partition of a day that has none", async () => {
    const createdAtMs = Date.now() - 40 * 86_400_000;
    const batch = [await admitted(1n, { requestId: newId(createdAtMs), createdAtMs })];
    await writeSettlements(batch, newId, pool);
    const [row] = await queryRows<{ n: bigint }>(
      "SELECT count(*) AS n FROM hot.request_log WHERE account_id = $1",
      [account],
      pool,
    );
    expect(row?.n).toBe(1n);
  });
});

describe("the next start", () => {
  it("frees a hold that came in after its call had been refused and logged", async () => {
    const refused = await admitted(0n, { status: 503, errorCode: "overloaded" });
    const { requestId, createdAtMs } = refused.row;
    await pool.query("UPDATE hot.hold SET log = $2 WHERE request_id = $1", [
      requestId,
      JSON.stringify({ createdAtMs, accountId: account }),
    ]);
    await writeSettlements([{ ...refused, held: false }], newId, pool);
    expect(await funds()).toEqual({ balance: 1_000_000n, held: 5_000n });
    const writer = createSettlementWriter({ pool, newId: () => newId() });
    await settleInterrupted(node, writer, pool);
    expect(await funds()).toEqual({ balance: 1_000_000n, held: 0n });
    const rows = await queryRows(
      "SELECT error_code FROM hot.request_log WHERE account_id = $1",
      [account],
      pool,
    );
    expect(rows).toEqual([{ error_code: "overloaded" }]);
  });
});

describe("the writer", () => {
  it("commits what came in before it resolves, whatever the interleaving", async () => {
    const writer = createSettlementWriter({ pool, newId: () => newId(), maxBatch: 7 });
    const calls = await Promise.all(Array.from({ length: 60 }, () => admitted(11n)));
    await Promise.all(calls.map((call) => writer.settle(call)));
    expect(writer.backlog()).toBe(0);
    expect(await funds()).toEqual({ balance: 1_000_000n - 660n, held: 0n });
    expect((await entries())?.sum).toBe("-660");
  });

  it("sets a row aside that the database refuses, and settles the others", async () => {
    const writer = createSettlementWriter({ pool, newId: () => newId() });
    const good = await Promise.all(Array.from({ length: 9 }, () => admitted(10n)));
    const bad = await admitted(10n, { model: "nul \u0000 byte" });
    await Promise.all([...good.slice(0, 4), bad, ...good.slice(4)].map((call) => writer.settle(call)));
    expect(await funds()).toEqual({ balance: 1_000_000n - 90n, held: 5_000n });
    expect((await entries())?.sum).toBe("-90");
  });
});

describe("the guards of the ledger", () => {
  it.each([
    ["UPDATE hot.ledger_entry SET amount = amount + 1", "append-only"],
    ["DELETE FROM hot.ledger_entry", "append-only"],
    ["TRUNCATE hot.ledger_entry", "append-only"],
    ["UPDATE hot.ledger_transaction SET note = 'x'", "append-only"],
    ["DELETE FROM hot.ledger_transaction", "append-only"],
    ["TRUNCATE hot.ledger_transaction CASCADE", "append-only"],
  ])("refuse %s as the app's role", async (sql, message) => {
    const batch = [await admitted(700n)];
    await writeSettlements(batch, newId, pool);
    await expect(pool.query(sql)).rejects.toThrow(message);
  });

  it("refuse a transaction that does not sum to 0, at commit", async () => {
    const id = newId();
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO hot.ledger_transaction (id, kind) VALUES ($1, 'adjustment')", [id]);
    await client.query(
      "INSERT INTO hot.ledger_entry VALUES ($1, 1, 'customer', $2, 5), ($1, 2, 'cash', NULL, -4)",
      [id, account],
    );
    await expect(client.query("COMMIT")).rejects.toThrow("does not sum to 0");
    client.release();
  });
});
