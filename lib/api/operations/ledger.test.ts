import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#lib/db/pool";
import { emptyRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import type { Settlement } from "#lib/settlement/batch";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation } from "./accounts.ts";
import {
  getLedgerTransactionOperation,
  listLedgerOperation,
  listProofsOperation,
  listSealsOperation,
  verifyLedger,
} from "./ledger.ts";
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
  await writeSettlements(calls, newId, pool());
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

  it("keeps every run, newest first", async () => {
    const { id } = (await api.call(verifyLedger)).body;
    const { items } = (await api.call(listProofsOperation, { query: { limit: 2 } })).body;
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ id, ok: true, actor: "owner" });
    expect((await api.call(listSealsOperation)).body).toEqual({ items: [], nextCursor: null });
  });

  it("is refused to customers", async () => {
    const asCustomer = await api.as("customer");
    expect((await asCustomer(verifyLedger)).status).toBe(403);
  });
});

describe("the ledger over all accounts", () => {
  it("shows what each transaction moved, newest first, and both its sides, which sum to 0", async () => {
    const { items } = (await api.call(listLedgerOperation)).body;
    expect(items).toMatchObject([
      { kind: "usage", amount: "-0.000000018", requests: 2, accountId: account, accountName: "Books" },
      { kind: "recharge", amount: "5", requests: null, reference: "manual proof-1" },
    ]);
    const params = { id: items[1].transactionId };
    expect((await api.call(getLedgerTransactionOperation, { params })).body).toMatchObject({
      kind: "recharge",
      sum: "0",
      lines: [
        { ledgerAccount: "customer", accountId: account, accountName: "Books", amount: "5" },
        { ledgerAccount: "cash", accountId: null, amount: "-5" },
      ],
    });
    expect((await api.call(getLedgerTransactionOperation, { params: { id: newId() } })).status).toBe(404);
  });

  it("filters by account, kind and time, and pages without leaving one out", async () => {
    const ids = async (query: Record<string, string | number>) =>
      (await api.call(listLedgerOperation, { query })).body.items.map(
        (item: { transactionId: string }) => item.transactionId,
      );
    const [newest, oldest] = await ids({});
    expect(await ids({ kind: "recharge" })).toEqual([oldest]);
    expect(await ids({ accountId: account })).toEqual([newest, oldest]);
    expect(await ids({ accountId: newId() })).toEqual([]);
    expect(await ids({ to: "2026-01-01T00:00:00Z" })).toEqual([]);
    expect(await ids({ from: "2026-01-01T00:00:00Z" })).toEqual([newest, oldest]);
    const first = (await api.call(listLedgerOperation, { query: { limit: 1 } })).body;
    expect(first.items).toHaveLength(1);
    expect(await ids({ cursor: first.nextCursor })).toEqual([oldest]);
  });
});
