import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#lib/db/pool";
import { newId } from "#lib/runtime/id";
import { createAccountOperation } from "./accounts.ts";
import { verifyLedger } from "./ledger.ts";
import { createRechargeOperation, refundRechargeOperation } from "./recharges.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let account: string;
let order: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  account = (await api.call(createAccountOperation, { body: { name: "Orders" } })).body.id;
  const recharge = { accountId: account, amount: "7200", currency: "CNY", method: "manual", orderNo: "one" };
  order = (await api.call(createRechargeOperation, { body: recharge })).body.id;
  const refund = { amount: "720", reason: "asked for it back" };
  expect((await api.call(refundRechargeOperation, { params: { id: order }, body: refund })).status).toBe(200);
});
afterAll(() => api.stop());

const verified = async () => (await api.call(verifyLedger)).body;

it("agrees with orders that were credited with a bonus and partly refunded", async () => {
  expect(await verified()).toMatchObject({ ok: true, differences: [] });
});

it("names the account whose orders say another refund than was posted", async () => {
  await pool().query("UPDATE recharge SET refunded_nano_usd = refunded_nano_usd + 1 WHERE id = $1", [order]);
  expect(await verified()).toMatchObject({ ok: false, differences: [{ check: "refund", id: account }] });
  await pool().query("UPDATE recharge SET refunded_nano_usd = refunded_nano_usd - 1 WHERE id = $1", [order]);
  expect(await verified()).toMatchObject({ ok: true });
});

it("names a recharge that was posted twice, though both postings balance", async () => {
  const twin = newId();
  await pool().query(
    `WITH known AS (SELECT t.* FROM hot.ledger_transaction t WHERE t.kind = 'recharge' AND t.account_id = $2),
       header AS (INSERT INTO hot.ledger_transaction (id, kind, account_id, reference)
         SELECT $1, kind, account_id, reference FROM known),
       lines AS (INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
         SELECT $1, line, ledger_account, account_id, amount FROM hot.ledger_entry
         WHERE transaction_id = (SELECT id FROM known) RETURNING *)
     UPDATE hot.account_funds SET balance = balance + (SELECT amount FROM lines WHERE account_id = $2) WHERE account_id = $2`,
    [twin, account],
  );
  const { ok, differences } = await verified();
  expect(ok).toBe(false);
  expect(differences).toEqual([
    { check: "recharge", id: twin, accountId: account, day: null, expected: "0", actual: expect.any(String) },
  ]);
  expect(Number(differences[0].actual)).toBeGreaterThan(900);
});
