import { afterAll, beforeAll, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { updateBalanceCareOperation } from "#lib/api/operations/balance";
import { downloadStatementOperation, listStatementsOperation } from "#lib/api/operations/statements";
import { startTestApi } from "#lib/api/operations/testing";
import { parseUsd } from "#lib/core/money";
import { queryRows } from "#lib/db/pool";
import { mailsTo } from "#lib/mail/testing";
import { newId } from "#lib/runtime/id";
import type { Statement } from "./schema.ts";
import { makeStatements } from "./service.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

/** Books something at a moment; usage also where the settlement rolls it up. */
async function book(
  accountId: string,
  kind: string,
  at: string,
  nanoUsd: bigint,
  model = "m",
): Promise<void> {
  const isUsage = kind === "usage";
  await queryRows(
    `WITH t AS (
       INSERT INTO hot.ledger_transaction (id, kind, account_id, created_at, minute, requests)
       VALUES ($1, $2, $3, $4::timestamptz + CASE WHEN $6 THEN interval '3 seconds' ELSE interval '0' END,
         CASE WHEN $6 THEN date_trunc('minute', $4::timestamptz) END, CASE WHEN $6 THEN 1 END) RETURNING id
     ), e AS (
       INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
       SELECT id, 1, 'customer', $3::uuid, $5::bigint FROM t
       UNION ALL SELECT id, 2, CASE WHEN $6 THEN 'usage' ELSE 'adjustment' END, NULL, -$5::bigint FROM t
     )
     UPDATE hot.account_funds SET balance = balance + $5::bigint WHERE account_id = $3`,
    [newId(), kind, accountId, at, nanoUsd, isUsage],
  );
  if (!isUsage) return;
  await queryRows(
    `INSERT INTO hot.rollup_minute_key AS r (minute, account_id, key_id, model, requests, errors, failures, prompt_tokens,
       completion_tokens, images, videos, audios, cost)
     VALUES (date_trunc('minute', $1::timestamptz), $2, 'k', $3, 1, 0, 0, 0, 0, 0, 0, 0, $4)
     ON CONFLICT (minute, account_id, key_id, model) DO UPDATE SET requests = r.requests + 1, cost = r.cost + excluded.cost`,
    [at, accountId, model, (-nanoUsd).toString()],
  );
}

const statementsOf = async (accountId: string): Promise<Statement[]> =>
  (await api.call(listStatementsOperation, { query: { accountId } })).body.items.reverse();
const sum = (amounts: readonly string[]) => amounts.reduce((total, one) => total + parseUsd(one), 0n);

it("equals the ledger to the nano-dollar, month after month of the account's zone, with what was booked late", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const body = { name: "Müller", email, timeZone: "America/New_York" };
  const { id } = (await api.call(createAccountOperation, { body })).body;
  await api.call(updateBalanceCareOperation, { params: { id }, body: { mailsStatements: true } });
  // Clocks go back on 1 November 2026: October ends at 04:00 UTC, November at 05:00.
  await book(id, "recharge", "2026-10-02T10:00:00Z", 100_000_000_000n);
  await book(id, "usage", "2026-11-01T03:59:30Z", -1_000_000_001n, "gpt-4o");
  await book(id, "usage", "2026-11-01T04:00:00Z", -7n, "gpt-4o");
  await book(id, "bonus", "2026-11-10T00:00:00Z", 5_000_000_000n);
  await book(id, "bonus", "2026-11-12T00:00:00Z", -2_000_000_000n);
  await book(id, "usage", "2026-12-01T04:59:59Z", -11n, "sim-chat");
  await book(id, "refund", "2026-12-01T05:00:00Z", -3_000_000_000n);
  await makeStatements(new Date("2026-11-01T04:59:00Z"));
  expect(await statementsOf(id)).toEqual([]);
  await makeStatements(new Date("2026-11-02T00:00:00Z"));
  await makeStatements(new Date("2026-11-02T00:00:00Z"));
  const [october] = await statementsOf(id);
  expect(october).toMatchObject({
    ...{ month: "2026-10", from: "2026-10-01T04:00:00.000Z", to: "2026-11-01T04:00:00.000Z", opening: "0" },
    ...{ closing: "98.999999999", late: "0" },
    lines: [
      { kind: "recharge", amount: "100" },
      { kind: "usage", model: "gpt-4o", amount: "-1.000000001", count: 1 },
    ],
  });
  const mails = await mailsTo(email);
  expect(mails.map(({ subject }) => subject)).toEqual(["Tollgate: statement of 2026-10"]);
  expect(mails[0]?.text).toContain("/recharge#statements");
  // A node that was away books October's usage now: November's statement says so, October's never changes.
  await book(id, "usage", "2026-10-20T00:00:00Z", -500n, "gpt-4o");
  await makeStatements(new Date("2027-01-05T00:00:00Z"));
  const [still, november, december, ...more] = await statementsOf(id);
  expect(still).toEqual(october);
  expect(november).toMatchObject({
    ...{ opening: "98.999999999", late: "-0.0000005", to: "2026-12-01T05:00:00.000Z" },
    lines: expect.arrayContaining([
      expect.objectContaining({ kind: "bonus", amount: "5" }),
      expect.objectContaining({ kind: "bonus_ended", amount: "-2" }),
      expect.objectContaining({ kind: "usage", model: "sim-chat", amount: "-0.000000011" }),
    ]),
  });
  expect(december).toMatchObject({ lines: [{ kind: "refund", amount: "-3" }] });
  expect(more).toEqual([]);
  for (const one of [still, november, december]) {
    if (one === undefined) throw new Error("a statement is missing");
    const amounts = one.lines.map(({ amount }) => amount);
    expect(parseUsd(one.opening) + parseUsd(one.late) + sum(amounts)).toBe(parseUsd(one.closing));
  }
  const [funds] = await queryRows<{ balance: bigint }>(
    "SELECT balance FROM hot.account_funds WHERE account_id = $1",
    [id],
  );
  expect(parseUsd(december?.closing ?? "0")).toBe(funds?.balance);
  const csv = await api.call(downloadStatementOperation, {
    params: { id: november?.id ?? "" },
    query: { format: "csv" },
  });
  expect(csv.body).toContain("2026-11,usage,sim-chat,1,-0.000000011\r\n");
  const pdf = await api.call(downloadStatementOperation, { params: { id: november?.id ?? "" } });
  expect(pdf.headers.get("content-type")).toContain("application/pdf");
  expect(String(pdf.body).startsWith("%PDF-")).toBe(true);
});

it("of the month in which clocks go forward is the hour shorter, and loses no call of it", async () => {
  const body = { name: "Spring", timeZone: "America/New_York" };
  const { id } = (await api.call(createAccountOperation, { body })).body;
  // 8 March 2026: March begins at 05:00 UTC, and ends at 04:00.
  await book(id, "recharge", "2026-03-01T04:59:59Z", 9_000_000_000n);
  await book(id, "usage", "2026-03-01T05:00:00Z", -1n);
  await book(id, "usage", "2026-03-08T06:59:00Z", -20n);
  await book(id, "usage", "2026-03-08T07:00:00Z", -300n);
  await book(id, "usage", "2026-04-01T03:59:59Z", -4_000n);
  await book(id, "usage", "2026-04-01T04:00:00Z", -50_000n);
  await makeStatements(new Date("2026-05-02T00:00:00Z"));
  const [february, march, april] = await statementsOf(id);
  expect(february).toMatchObject({ month: "2026-02", closing: "9" });
  expect(march).toMatchObject({
    ...{ month: "2026-03", from: "2026-03-01T05:00:00.000Z", to: "2026-04-01T04:00:00.000Z", opening: "9" },
    lines: [{ kind: "usage", amount: "-0.000004321", count: 4 }],
    closing: "8.999995679",
  });
  expect(april).toMatchObject({
    lines: [{ kind: "usage", amount: "-0.00005", count: 1 }],
    closing: "8.999945679",
  });
});

it("equals the ledger for any sequence of entries", async () => {
  const zones = ["Asia/Kolkata", "Pacific/Auckland", "America/St_Johns", "UTC"];
  let seed = 7n;
  const random = (below: number) => {
    seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return Number((seed >> 33n) % BigInt(below));
  };
  for (const timeZone of zones) {
    const { id } = (await api.call(createAccountOperation, { body: { name: timeZone, timeZone } })).body;
    for (let index = 0; index < 40; index += 1) {
      const at = new Date(Date.parse("2026-08-15T00:00:00Z") + random(120 * 86_400) * 1000).toISOString();
      const kind = ["usage", "usage", "recharge", "bonus", "refund"][random(5)] ?? "usage";
      const amount = BigInt(1 + random(1_000_000_000));
      const isIn = kind === "recharge" || (kind === "bonus" && random(2) === 0);
      await book(id, kind, at, isIn ? amount : -amount, `m${random(3)}`);
    }
    await makeStatements(new Date("2027-02-01T12:00:00Z"));
    const statements = await statementsOf(id);
    const [funds] = await queryRows<{ balance: bigint }>(
      "SELECT balance FROM hot.account_funds WHERE account_id = $1",
      [id],
    );
    expect(parseUsd(statements.at(-1)?.closing ?? "")).toBe(funds?.balance);
    expect(sum(statements.flatMap(({ lines }) => lines.map(({ amount }) => amount)))).toBe(funds?.balance);
    for (const [index, one] of statements.entries()) {
      expect(one.opening).toBe(statements[index - 1]?.closing ?? "0");
      expect(one.lines.filter(({ kind, model }) => kind === "usage" && model === null)).toEqual([]);
    }
  }
});
