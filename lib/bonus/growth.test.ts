import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "#lib/api/operation";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { createRechargeOperation } from "#lib/api/operations/recharges";
import { startTestApi } from "#lib/api/operations/testing";
import { queryRows } from "#lib/db/pool";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { proveLedger } from "#lib/ledger/proof-store";
import { loadLayout } from "#lib/mail/compose";
import { creditOrder } from "#lib/recharges/credit-service";
import { takeBack } from "#lib/recharges/refund-service";
import { lockOrThrow, openOrder } from "#lib/recharges/service";
import { newId } from "#lib/runtime/id";
import { expireBonuses, giveGift } from "./service.ts";
import { lockFunds } from "./store.ts";
import { bookUsage } from "./testing.ts";

const YEARS_OF_ORDERS = 2_000;
const actor: Actor = { type: "system", id: "books", name: "Books", role: "operator", ip: null };

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  await loadLayout();
});
afterAll(() => api.stop());

const newAccount = async () => (await api.call(createAccountOperation, { body: { name: "Payer" } })).body.id;
const pay = async (accountId: string, amount: string) => {
  const body = { accountId, amount, currency: "CNY", method: "manual", orderNo: newId() };
  return (await api.call(createRechargeOperation, { body })).body;
};

it("credits and refunds an account with years of recharges by reading no more than for a new one", async () => {
  const [fresh, old] = [await newAccount(), await newAccount()];
  for (const id of [fresh, old]) await pay(id, "3000");
  await writeHistory(old);
  const ofFresh = await rowsRead(fresh);
  const ofOld = await rowsRead(old);
  expect(ofFresh).toBeGreaterThan(0);
  expect(ofOld).toBeLessThan(ofFresh + 100);
  expect((await proveLedger()).differences).toEqual([]);
});

it("counts what came in before it was kept when the account is next touched, and keeps it from then on", async () => {
  const id = await newAccount();
  await pay(id, "100");
  await bookUsage(id, 1_000_000_000n);
  await queryRows("UPDATE hot.account_funds SET money_in = NULL WHERE account_id = $1", [id]);
  await pay(id, "100");
  const { balance, usage } = await inTransaction((tx) => lockFunds(tx, id));
  expect({ balance, usage }).toEqual({ balance: 27_100_000_000n, usage: 1_000_000_000n });
  await pay(id, "100");
  const [row] = await queryRows<{ kept: bigint; counted: bigint }>(
    "SELECT money_in AS kept, hot.money_in(account_id) AS counted FROM hot.account_funds WHERE account_id = $1",
    [id],
  );
  expect(row).toEqual({ kept: 42_150_000_000n, counted: 42_150_000_000n });
});

it("lets what calls hold or nodes have leased of given credit wait, and ends the rest when its time is over", async () => {
  const id = await newAccount();
  const hourAgo = new Date(Date.now() - 3_600_000);
  const gift = { amount: "10", expiresAt: new Date(Date.now() - 1_000).toISOString(), note: "" };
  await giveGift(actor, id, gift, hourAgo);
  await giveGift(actor, id, { ...gift, amount: "7", expiresAt: null }, hourAgo);
  const reserve = (held: bigint, leased: bigint) =>
    queryRows("UPDATE hot.account_funds SET held = $2, leased = $3 WHERE account_id = $1", [
      id,
      held,
      leased,
    ]);
  const balance = async () => (await inTransaction((tx) => lockFunds(tx, id))).balance;
  await reserve(3_000_000_000n, 2_000_000_000n);
  expect(await expireBonuses(new Date())).toMatchObject({ expired: "5" });
  expect(await balance()).toBe(12_000_000_000n);
  await reserve(0n, 0n);
  // What was held is spent now, out of the lot that ends.
  await bookUsage(id, 3_000_000_000n);
  expect(await expireBonuses(new Date())).toMatchObject({ expired: "2" });
  expect(await balance()).toBe(7_000_000_000n);
  expect(await expireBonuses(new Date())).toMatchObject({ expired: "0" });
});

it("says in the proof where what came in is not what was counted", async () => {
  const id = await newAccount();
  await queryRows("UPDATE hot.account_funds SET money_in = 5 WHERE account_id = $1", [id]);
  const { differences } = await proveLedger();
  expect(differences.filter(({ accountId }) => accountId === id)).toEqual([
    { check: "money_in", id, accountId: id, day: null, expected: "0", actual: "5" },
  ]);
});

/** Orders credited day by day, with their entries: as years would leave them. */
async function writeHistory(accountId: string): Promise<void> {
  await queryRows(
    `WITH paid AS (
       INSERT INTO recharge (id, account_id, method, order_no, amount, currency, rate, rate_date, credit_nano_usd, status,
         ledger_transaction_id, created_at, credited_at)
       SELECT gen_random_uuid(), $1, 'alipay', gen_random_uuid()::text, 100, 'CNY', '0.1405', '2025-01-01', 14050000000,
         'credited', gen_random_uuid(), now(), now() FROM generate_series(1, $2::int) RETURNING ledger_transaction_id AS id
     ), headers AS (
       INSERT INTO hot.ledger_transaction (id, kind, account_id) SELECT id, 'recharge', $1 FROM paid RETURNING id
     )
     INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
     SELECT id, 0, 'customer', $1::uuid, 14050000000 FROM headers
     UNION ALL SELECT id, 1, 'cash', NULL, -14050000000 FROM headers`,
    [accountId, YEARS_OF_ORDERS],
  );
  await queryRows(
    "UPDATE hot.account_funds SET balance = balance + 14050000000 * $2::bigint WHERE account_id = $1",
    [accountId, YEARS_OF_ORDERS],
  );
}

/** Rows that Postgres reads, beside the one sum of the account's orders that tiers are judged by, to credit an order and to take it back. */
function rowsRead(accountId: string): Promise<number> {
  return inTransaction(async (tx) => {
    const at = new Date();
    const before = await countRead(tx);
    const what = { accountId, method: "alipay", orderNo: newId(), amount: "100", currency: "CNY" };
    const order = await openOrder(tx, actor, what, at);
    expect(await creditOrder(tx, order, actor, at)).toBe("credited");
    const taking = { kind: "refund" as const, amount: undefined, reason: "returned" };
    await takeBack(tx, await lockOrThrow(tx, order.id), actor, taking, { at });
    return (await countRead(tx)) - before;
  });
}

async function countRead(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ rows: number }[]>`
    SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS rows FROM pg_stat_xact_all_tables
    WHERE schemaname IN ('public', 'hot') AND relname <> 'recharge'`;
  return row?.rows ?? 0;
}
