import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { updateBalanceCareOperation } from "#lib/api/operations/balance";
import { createRechargeOperation } from "#lib/api/operations/recharges";
import { startTestApi } from "#lib/api/operations/testing";
import { bookUsage } from "#lib/bonus/testing";
import { queryRows } from "#lib/db/pool";
import { mailsTo } from "#lib/mail/testing";
import { newId } from "#lib/runtime/id";
import { changesOfCare, daysLeft, type LowKind } from "./care.ts";
import { careForBalances } from "./service.ts";

const standing = (spendable: number, pace = 0) => ({
  ...{ spendableNanoUsd: BigInt(spendable), paceNanoUsd: BigInt(pace), lowNanoUsd: 100n, lowDays: 3 },
});

it("tells once when the balance falls below the threshold, and again only after it has recovered by a fifth", () => {
  const told = new Set<LowKind>();
  const seen = [150, 100, 99, 60, 101, 98, 119, 90, 120, 99].map((spendable) => {
    const { tell, clear } = changesOfCare(standing(spendable), told);
    for (const kind of tell) told.add(kind);
    for (const kind of clear) told.delete(kind);
    return tell.length;
  });
  expect(seen).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
});

it("tells by the days that are left at the present pace, apart from the threshold", () => {
  expect(changesOfCare(standing(299, 100), new Set())).toEqual({ tell: ["days"], clear: [] });
  expect(changesOfCare(standing(300, 100), new Set())).toEqual({ tell: [], clear: [] });
  expect(changesOfCare(standing(449, 100), new Set(["days"]))).toEqual({ tell: [], clear: [] });
  expect(changesOfCare(standing(450, 100), new Set(["days"]))).toEqual({ tell: [], clear: ["days"] });
});

it("says how many days are left, and none where there is a debt", () => {
  expect(daysLeft(standing(255, 100))).toBe(2.5);
  expect(daysLeft(standing(-5, 100))).toBe(0);
  expect(daysLeft(standing(255, 0))).toBeNull();
});

describe("an account that runs low", () => {
  let api: Awaited<ReturnType<typeof startTestApi>>;
  beforeAll(async () => {
    api = await startTestApi({ seeded: true });
  });
  afterAll(() => api.stop());

  const email = () => `${newId()}@example.com`;
  const account = async (name: string, to: string, care: object) => {
    const { id } = (await api.call(createAccountOperation, { body: { name, email: to } })).body;
    const set = await api.call(updateBalanceCareOperation, { params: { id }, body: care });
    expect(set.status).toBe(200);
    return id as string;
  };
  const pay = async (accountId: string, amount: string) => {
    const body = { accountId, amount, currency: "USD", method: "manual", orderNo: newId() };
    expect((await api.call(createRechargeOperation, { body })).status).toBe(201);
  };
  const told = async (to: string) =>
    (await mailsTo(to)).filter(({ text }) => text.includes("/recharge")).length;

  it("is written to once below its own threshold, and again only after it has recovered", async () => {
    const to = email();
    const id = await account("Harbour Ltd", to, { lowBalance: "50", lowBalanceDays: 0 });
    expect(await careForBalances(new Date())).toEqual({ told: 0, recovered: 0 });
    await pay(id, "50");
    expect(await careForBalances(new Date())).toEqual({ told: 0, recovered: 0 });
    await bookUsage(id, 10_000_000_000n);
    const before = await mailsTo(to);
    const both = await Promise.all([careForBalances(new Date()), careForBalances(new Date())]);
    expect(both.map((one) => one.told).sort()).toEqual([0, 1]);
    expect(await careForBalances(new Date())).toEqual({ told: 0, recovered: 0 });
    const [mail, ...more] = (await mailsTo(to)).slice(before.length);
    expect(more).toEqual([]);
    expect(mail?.text).toContain("Harbour Ltd");
    expect(mail?.text).toMatch(/has 40 USD left to spend, less than 50 USD/);
    expect(mail?.text).toContain("/recharge");
    await pay(id, "20");
    expect(await careForBalances(new Date())).toEqual({ told: 0, recovered: 1 });
    await bookUsage(id, 20_000_000_000n);
    expect(await careForBalances(new Date())).toEqual({ told: 1, recovered: 0 });
  });

  it("is written to when its money lasts less days than it asked for, at the pace of the last 7 whole days", async () => {
    const to = email();
    const id = await account("Quay GmbH", to, { lowBalance: "0", lowBalanceDays: 5 });
    await pay(id, "40");
    const spent = (daysAgo: number, nanoUsd: bigint) =>
      queryRows(
        `INSERT INTO hot.rollup_day_usage (day, account_id, group_id, model, context_step, tokens, cost)
         VALUES ('2026-08-20'::date - $2::int, $1, 'default', 'm', 0, '{}', $3)`,
        [id, daysAgo, nanoUsd],
      );
    const now = new Date("2026-08-20T12:00:00Z");
    // Today and the day before the seven do not count.
    await spent(0, 700_000_000_000n);
    await spent(8, 700_000_000_000n);
    await spent(1, 28_000_000_000n);
    expect(await careForBalances(now)).toEqual({ told: 0, recovered: 0 });
    await spent(7, 42_000_000_000n);
    const before = await told(to);
    expect(await careForBalances(now)).toEqual({ told: 1, recovered: 0 });
    expect(await careForBalances(now)).toEqual({ told: 0, recovered: 0 });
    expect(await told(to)).toBe(before + 1);
  });
});
