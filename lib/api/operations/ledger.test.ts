import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#lib/db/pool";
import { emptyRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { assignUsageTransactions, type Settlement } from "#lib/settlement/batch";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation } from "./accounts.ts";
import { verifyLedger } from "./ledger.ts";
import { createRechargeOperation } from "./recharges.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let account: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  account = (await api.call(createAccountOperation, { body: { name: "Books" } })).body.id;
  const recharge = { accountId: account, amount: "5", currency: "USD", method: "manual", orderNo: "proof-1" };
  expect((await api.call(createRechargeOperation, { body: recharge })).status).toBe(201);
  const calls = [7n, 11n, 0n].map((costNanoUsd): Settlement => {
    const row = { ...emptyRow, requestId: newId(), createdAtMs: Date.now(), accountId: account, costNanoUsd };
    return { row: { ...row, status: 200, model: "m" }, held: false, periodStartMs: null };
  });
  await writeSettlements(calls, assignUsageTransactions(calls, newId), pool());
});
afterAll(() => api.stop());

describe("verifying the ledger", () => {
  it("says that books which agree agree, and how much was compared", async () => {
    const proof = await api.call(verifyLedger);
    expect(proof.status).toBe(200);
    expect(proof.body).toMatchObject({ ok: true, differences: [], transactions: 2, rows: 3 });
  });

  it.each([
    [
      "balance",
      "UPDATE hot.account_funds SET balance = balance + 1 WHERE account_id = $1",
      "4.999999982",
      "4.999999983",
    ],
    ["held", "UPDATE hot.account_funds SET held = held + 5 WHERE account_id = $1", "0", "0.000000005"],
    ["leased", "UPDATE hot.account_funds SET leased = leased + 2 WHERE account_id = $1", "0", "0.000000002"],
  ])("names the account whose %s is off by one nano-dollar or more", async (check, sql, expected, actual) => {
    await pool().query(sql, [account]);
    const proof = await api.call(verifyLedger);
    expect(proof.body).toMatchObject({ ok: false, differences: [{ check, id: account, expected, actual }] });
    await pool().query(sql.replace("+", "-"), [account]);
    expect((await api.call(verifyLedger)).body.ok).toBe(true);
  });

  it("names the usage transaction whose log rows do not add up to it", async () => {
    const { rows } = await pool().query("SELECT id FROM hot.ledger_transaction WHERE kind = 'usage'");
    await pool().query("UPDATE hot.request_log SET cost = cost + 1 WHERE cost = 7");
    expect((await api.call(verifyLedger)).body).toMatchObject({
      ok: false,
      differences: [{ check: "usage", id: rows[0]?.id, expected: "0.000000019", actual: "0.000000018" }],
    });
    await pool().query("UPDATE hot.request_log SET cost = cost - 1 WHERE cost = 8");
  });

  it("is refused to customers", async () => {
    const asCustomer = await api.as("customer");
    expect((await asCustomer(verifyLedger)).status).toBe(403);
  });
});
