import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { closePrisma, connectDatabase } from "#lib/db/client";
import { pool, queryRows } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { inTransaction } from "#lib/db/transaction";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { findFunds, postTransaction } from "./store.ts";

let database: TestDatabase;
let account: string;

beforeAll(async () => {
  database = await testDatabase();
  setConfig(loadConfig({ LOG_LEVEL: "silent", DATABASE_URL: database.url }));
  await connectDatabase(database.url);
});
afterAll(async () => {
  await closePrisma();
  await pool().end();
  await database.stop();
});
beforeEach(async () => {
  account = newId();
  await queryRows("INSERT INTO hot.account_funds (account_id) VALUES ($1)", [account]);
  await post(1_000n);
});

/** Money in or, below 0, out. */
function post(amountNanoUsd: bigint): Promise<void> {
  const entries = [
    { ledgerAccount: "customer", amountNanoUsd },
    { ledgerAccount: "adjustment", amountNanoUsd: -amountNanoUsd },
  ] as const;
  return inTransaction((tx) =>
    postTransaction(tx, {
      ...{ id: newId(), kind: "adjustment", accountId: account, entries },
      ...{ reference: "", note: "", actor: "system" },
    }),
  );
}

async function books(): Promise<{ balance: bigint; entries: bigint }> {
  const [row] = await queryRows<{ balance: bigint; entries: bigint }>(
    `SELECT balance, (SELECT coalesce(sum(amount), 0)::bigint FROM hot.ledger_entry WHERE account_id = $1) AS entries
     FROM hot.account_funds WHERE account_id = $1`,
    [account],
  );
  if (row === undefined) throw new Error("the account is gone");
  return row;
}

it("takes out what is available to the last unit, and not what calls hold or nodes have leased", async () => {
  await queryRows("UPDATE hot.account_funds SET held = 100, leased = 200 WHERE account_id = $1", [account]);
  await expect(post(-701n)).rejects.toMatchObject({ code: "insufficient_balance", status: 409 });
  expect(await books()).toEqual({ balance: 1_000n, entries: 1_000n });
  await post(-700n);
  expect(await books()).toEqual({ balance: 300n, entries: 300n });
  await expect(post(-1n)).rejects.toMatchObject({ code: "insufficient_balance" });
});

it("takes out once what two take out at once", async () => {
  const outcomes = await Promise.allSettled([post(-600n), post(-600n), post(-600n)]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await books()).toEqual({ balance: 400n, entries: 400n });
});

it("lets an account that owes be paid in parts", async () => {
  await queryRows("UPDATE hot.account_funds SET held = 2000 WHERE account_id = $1", [account]);
  await post(1n);
  expect((await books()).balance).toBe(1_001n);
});

it("shows what calls hold on every node, and all that a silent node has leased", async () => {
  const [alive, silent] = [newId(), newId()];
  await queryRows(
    "INSERT INTO hot.lease_node (node_id, seen_at) VALUES ($1, clock_timestamp()), ($2, clock_timestamp() - interval '1 minute')",
    [alive, silent],
  );
  await queryRows("INSERT INTO hot.lease (node_id, account_id, amount) VALUES ($1, $3, 500), ($2, $3, 300)", [
    ...[alive, silent, account],
  ]);
  await queryRows("INSERT INTO hot.node_hold (node_id, account_id, held) VALUES ($1, $3, 40), ($2, $3, 5)", [
    ...[alive, silent, account],
  ]);
  await queryRows("UPDATE hot.account_funds SET held = 7, leased = 800 WHERE account_id = $1", [account]);
  expect((await findFunds([account])).get(account)).toMatchObject({ balance: 1_000n, held: 347n });
});
