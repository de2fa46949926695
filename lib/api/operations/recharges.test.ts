import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs, utcDay } from "#lib/core/time";
import { prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import { mailsTo } from "#lib/mail/testing";
import { seededSource } from "#lib/recharges/rate";
import { testUser } from "../testing.ts";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import { createCodeBatch } from "./codes.ts";
import { createExchangeRateOperation, listExchangeRatesOperation } from "./exchange-rates.ts";
import { listAccountLedger } from "./ledger.ts";
import {
  createRechargeOperation as create,
  creditRechargeOperation as credit,
  getRechargeOperation as get,
  listRechargesOperation as list,
} from "./recharges.ts";
import { patchSettings } from "./settings.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const newAccount = async (): Promise<string> =>
  (await api.call(createAccountOperation, { body: { name: "Payer" } })).body.id;
const balanceOf = async (id: string): Promise<string> =>
  (await api.call(getAccountOperation, { params: { id } })).body.balance;
const pay = (accountId: string, more: Record<string, unknown> = {}) =>
  api.call(create, {
    body: {
      accountId,
      amount: "100",
      currency: "USD",
      method: "manual",
      orderNo: crypto.randomUUID(),
      ...more,
    },
  });

/** How much of everything stands that a payment writes. */
const written = async () => ({
  recharges: await prisma().recharge.count(),
  story: await prisma().rechargeEvent.count(),
  audit: await prisma().auditEntry.count(),
  mails: await prisma().mail.count(),
  lots: await prisma().bonusLot.count(),
  ledger: await queryRows(
    "SELECT count(*)::int AS count, coalesce(sum(amount), 0)::text AS sum FROM hot.ledger_entry",
  ),
  balances: await queryRows("SELECT sum(balance)::text AS sum FROM hot.account_funds"),
});
const started = Date.now();
const daysAgo = (days: number): string => utcDay(started - days * dayMs);

describe("a receipt", () => {
  it("goes to the account's address and its admins, in their language, once for each payment that stands", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const { id } = (await api.call(createAccountOperation, { body: { name: "Payer", email } })).body;
    const admin = await testUser("customer");
    const member = await testUser("customer");
    await prisma().user.update({ where: { id: admin.id }, data: { locale: "zh" } });
    await prisma().membership.createMany({
      data: [
        { userId: admin.id, accountId: id, role: "admin" },
        { userId: member.id, accountId: id, role: "member" },
      ],
    });
    const orderNo = crypto.randomUUID();
    expect((await pay(id, { amount: "320", currency: "USD", orderNo })).status).toBe(201);
    expect((await pay(id, { orderNo })).status).toBe(409);
    const [toAccount, ...more] = await mailsTo(email);
    expect(more).toEqual([]);
    expect(toAccount?.text).toMatch(new RegExp(`320 USD[\\s\\S]*${orderNo}`));
    const [toAdmin] = await mailsTo(admin.email);
    expect(toAdmin?.text).toContain("已入账 320 USD");
    expect(await mailsTo(member.email)).toEqual([]);
  });
});

describe("recharges", () => {
  it("credit at once: recharge, ledger entry, balance and audit entry stand together", async () => {
    const accountId = await newAccount();
    const paid = await pay(accountId, { amount: "12.345678", orderNo: "A-1", note: "bank" });
    expect(paid.status).toBe(201);
    expect(paid.body).toMatchObject({
      accountId,
      amount: "12.345678",
      currency: "USD",
      status: "credited",
      credit: "12.345678",
      bonus: "0",
      rate: "1",
      tier: null,
    });
    expect((await api.call(get, { params: { id: paid.body.id } })).body).toEqual(paid.body);
    expect(await balanceOf(accountId)).toBe("12.345678");
    const ledger = await api.call(listAccountLedger, { params: { id: accountId } });
    expect(ledger.body.items).toMatchObject([
      {
        transactionId: paid.body.ledgerTransactionId,
        kind: "recharge",
        amount: "12.345678",
        balanceAfter: "12.345678",
        reference: "manual A-1",
        note: "bank",
      },
    ]);
    const [sum] = await prisma().$queryRaw<{ lines: bigint; sum: number }[]>`
      SELECT count(*) AS lines, sum(amount)::float8 AS sum FROM hot.ledger_entry
      WHERE transaction_id = ${paid.body.ledgerTransactionId}::uuid`;
    expect(sum).toEqual({ lines: 2n, sum: 0 });
    expect(await prisma().auditEntry.count({ where: { targetId: paid.body.id } })).toBe(2);
  });

  it("credit an order number once, however many send it at the same time", async () => {
    const accountId = await newAccount();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        pay(accountId, { orderNo: index % 2 === 0 ? "parallel-1" : "PARALLEL-1" }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.code === "order_exists")).toHaveLength(9);
    expect(await balanceOf(accountId)).toBe("100");
    const ledger = await api.call(listAccountLedger, { params: { id: accountId } });
    expect(ledger.body.items).toHaveLength(1);
  });

  it("answer a repeated Idempotency-Key with the first answer, and credit once", async () => {
    const accountId = await newAccount();
    const body = { accountId, amount: "5", currency: "USD", method: "manual", orderNo: "idem-1" };
    const headers = { "idempotency-key": crypto.randomUUID() };
    const first = await api.call(create, { body, headers });
    const again = await api.call(create, { body, headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await balanceOf(accountId)).toBe("5");
  });

  it("leave nothing behind when the credit cannot be posted", async () => {
    const accountId = await newAccount();
    await prisma().$executeRaw`DELETE FROM hot.account_funds WHERE account_id = ${accountId}::uuid`;
    expect((await pay(accountId, { orderNo: "torn-1" })).status).toBe(500);
    expect(await prisma().recharge.count({ where: { orderNo: "torn-1" } })).toBe(0);
    const [left] = await prisma().$queryRaw<{ count: bigint }[]>`
      SELECT count(*) AS count FROM hot.ledger_transaction WHERE account_id = ${accountId}::uuid`;
    expect(left?.count).toBe(0n);
  });

  it("turn other currencies into USD by the newest rate of the day or before, rounded once", async () => {
    const rate = (body: Record<string, unknown>) => api.call(createExchangeRateOperation, { body });
    expect((await rate({ currency: "eur", date: daysAgo(4), usdPerUnit: "9", source: "old" })).status).toBe(
      201,
    );
    expect((await rate({ currency: "EUR", date: daysAgo(3), usdPerUnit: "8/7", source: "new" })).status).toBe(
      201,
    );
    expect(
      (await rate({ currency: "EUR", date: "2999-01-01", usdPerUnit: "1", source: "ahead" })).status,
    ).toBe(201);
    const accountId = await newAccount();
    const paid = await pay(accountId, { amount: "1", currency: "eur" });
    expect(paid.body).toMatchObject({
      currency: "EUR",
      rate: "8/7",
      rateDate: daysAgo(3),
      credit: "1.142857143",
    });
    expect(await balanceOf(accountId)).toBe("1.142857143");
  });

  it("take CNY from the first day on", async () => {
    const paid = await pay(await newAccount(), { amount: 3000, currency: "CNY" });
    expect(paid.body).toMatchObject({ amount: "3000", currency: "CNY", credit: "421.5" });
  });

  it.each([
    [{ amount: "0" }, "amount"],
    [{ amount: "-5" }, "amount"],
    [{ amount: "1e3" }, "amount"],
    [{ amount: "0.0000000001" }, "amount"],
    [{ amount: "999999999999" }, "amount"],
    [{ amount: null }, "amount"],
    [{ amount: "NaN" }, "amount"],
    [{ amount: "1e400" }, "amount"],
    [{ amount: `0.${"0".repeat(29)}1` }, "amount"],
    [{ currency: "XQQ" }, "currency"],
    [{ currency: "dollars" }, "currency"],
    [{ orderNo: " " }, "orderNo"],
    [{ accountId: crypto.randomUUID() }, "accountId"],
    [{ credit: "1000" }, "credit"],
  ])("are refused by field, and nothing is written: %j", async (more, field) => {
    const accountId = await newAccount();
    const before = await written();
    const refused = await pay(accountId, more);
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_fields" } });
    expect(Object.keys(refused.body.fields)).toEqual([field]);
    expect(await written()).toEqual(before);
  });

  it("by any other way wait until somebody credits them", async () => {
    const accountId = await newAccount();
    const order = await pay(accountId, { method: "bank" });
    expect(order).toMatchObject({ status: 201, body: { status: "pending", credit: "0", rate: null } });
    expect(await balanceOf(accountId)).toBe("0");
    const credited = await api.call(credit, { params: { id: order.body.id }, body: {} });
    expect(credited).toMatchObject({ status: 200, body: { status: "credited", credit: "100", rate: "1" } });
    expect(await balanceOf(accountId)).toBe("100");
  });

  it("without a rate of their day or before wait for one, and are credited when it comes", async () => {
    const accountId = await newAccount();
    const order = await pay(accountId, { amount: "700", currency: "JPY" });
    expect(order).toMatchObject({ status: 201, body: { status: "pending", reason: "no-rate", credit: "0" } });
    const by = await api.call(credit, { params: { id: order.body.id }, body: {} });
    expect(by).toMatchObject({ status: 200, body: { status: "pending", reason: "no-rate" } });
    const rate = (date: string) =>
      api.call(createExchangeRateOperation, {
        body: { currency: "JPY", date, usdPerUnit: "1/140", source: "bank" },
      });
    await rate("2999-01-01");
    expect(await balanceOf(accountId)).toBe("0");
    await rate(daysAgo(3));
    expect(await balanceOf(accountId)).toBe("5");
    const after = await api.call(get, { params: { id: order.body.id } });
    expect(after.body).toMatchObject({ status: "credited", reason: null, rateDate: daysAgo(3) });
  });

  it("wait where the newest rate is older than the setting allows, and for no code a rate is guessed", async () => {
    const add = (date: string, usdPerUnit: string) =>
      api.call(createExchangeRateOperation, { body: { currency: "KRW", date, usdPerUnit, source: "bank" } });
    await add(daysAgo(9), "1/1400");
    const accountId = await newAccount();
    const order = await pay(accountId, { amount: "1400", currency: "KRW" });
    expect(order).toMatchObject({ status: 201, body: { status: "pending", reason: "no-rate", credit: "0" } });
    expect(
      await api.call(createCodeBatch, { body: { amount: "1400", currency: "KRW", count: 1 } }),
    ).toMatchObject({ status: 422, body: { fields: { currency: expect.stringContaining("KRW") } } });
    await add(daysAgo(2), "1/700");
    const after = await api.call(get, { params: { id: order.body.id } });
    expect(after.body).toMatchObject({ status: "credited", credit: "2", rateDate: daysAgo(2) });
  });

  it("are credited at an older rate where the setting says so, and not at one of yesterday where it says 0", async () => {
    const set = (days: number) => api.call(patchSettings, { body: { "recharges.rateDays": days } });
    const body = { currency: "SEK", date: daysAgo(40), usdPerUnit: "0.1", source: "bank" };
    await api.call(createExchangeRateOperation, { body });
    const accountId = await newAccount();
    await set(60);
    expect((await pay(accountId, { currency: "SEK" })).body).toMatchObject({
      status: "credited",
      credit: "10",
    });
    await api.call(createExchangeRateOperation, { body: { ...body, date: daysAgo(2) } });
    await set(0);
    expect((await pay(accountId, { currency: "SEK" })).body).toMatchObject({
      reason: "no-rate",
      credit: "0",
    });
    expect((await set(7)).status).toBe(200);
  });

  it("take the seed's example rate, however old, until the currency has a rate of somebody's own", async () => {
    const seeded = { currency: "NOK", date: "2020-01-01", usdPerUnit: "0.1", source: seededSource };
    await prisma().exchangeRate.create({ data: seeded });
    const accountId = await newAccount();
    expect((await pay(accountId, { currency: "NOK" })).body).toMatchObject({
      status: "credited",
      credit: "10",
    });
    const own = { currency: "NOK", date: "2020-02-01", usdPerUnit: "0.2", source: "bank" };
    await api.call(createExchangeRateOperation, { body: own });
    expect((await pay(accountId, { currency: "NOK" })).body).toMatchObject({
      reason: "no-rate",
      credit: "0",
    });
  });

  it("are listed by account and order number", async () => {
    const accountId = await newAccount();
    await pay(accountId, { orderNo: "L-1" });
    await pay(accountId, { orderNo: "L-2" });
    const all = await api.call(list, { query: { accountId } });
    expect(all.body.items.map((item: { orderNo: string }) => item.orderNo)).toEqual(["L-2", "L-1"]);
    const one = await api.call(list, { query: { orderNo: "L-1" } });
    expect(one.body.items).toHaveLength(1);
  });
});

describe("exchange rates", () => {
  it("are never changed, only followed by newer ones", async () => {
    const body = { currency: "GBP", date: "2026-01-01", usdPerUnit: "1.25", source: "bank" };
    expect((await api.call(createExchangeRateOperation, { body })).status).toBe(201);
    const twice = await api.call(createExchangeRateOperation, { body });
    expect(twice).toMatchObject({ status: 409, body: { code: "rate_exists" } });
    const rates = await api.call(listExchangeRatesOperation, { query: { currency: "gbp" } });
    expect(rates.body.items).toMatchObject([{ currency: "GBP", usdPerUnit: "1.25" }]);
  });

  it.each([["0"], ["1/0"], ["-1"], ["abc"]])("cannot be %s", async (usdPerUnit) => {
    const body = { currency: "GBP", date: "2026-02-01", usdPerUnit, source: "bank" };
    expect((await api.call(createExchangeRateOperation, { body })).status).toBe(422);
  });
});

describe("an account's ledger", () => {
  it("gives the balance after each entry, page by page, down to the first", async () => {
    const accountId = await newAccount();
    for (const amount of ["1", "2", "3", "4", "5"]) await pay(accountId, { amount });
    const seen: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await api.call(listAccountLedger, {
        params: { id: accountId },
        query: { limit: 2, ...(cursor ? { cursor } : {}) },
      });
      for (const item of page.body.items) seen.push([item.amount, item.balanceAfter]);
      cursor = page.body.nextCursor ?? undefined;
      // A recharge between two pages moves nothing in what is yet to come.
      if (seen.length === 2) await pay(accountId, { amount: "100" });
    } while (cursor);
    expect(seen).toEqual([
      ["5", "15"],
      ["4", "10"],
      ["3", "6"],
      ["2", "3"],
      ["1", "1"],
    ]);
    expect(await balanceOf(accountId)).toBe("115");
  });

  it("does not exist for an account that does not", async () => {
    expect((await api.call(listAccountLedger, { params: { id: crypto.randomUUID() } })).status).toBe(404);
  });
});
