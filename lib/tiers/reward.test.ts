import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation, getAccountOperation } from "#lib/api/operations/accounts";
import { listAuditLog } from "#lib/api/operations/audit-log";
import { giveGiftOperation } from "#lib/api/operations/bonus";
import { createRechargeOperation, refundRechargeOperation } from "#lib/api/operations/recharges";
import { startTestApi } from "#lib/api/operations/testing";
import { bookUsage } from "#lib/bonus/testing";
import { prisma } from "#lib/db/client";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { proveLedger } from "#lib/ledger/proof-store";
import { mailsTo } from "#lib/mail/testing";
import { reinstate, takeBack } from "#lib/recharges/refund-service";
import { lockOrThrow } from "#lib/recharges/service";
import { tierActor } from "./actor.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const newAccount = async (more: Record<string, unknown> = {}): Promise<string> =>
  (await api.call(createAccountOperation, { body: { name: "Payer", ...more } })).body.id;
const accountOf = async (id: string) => (await api.call(getAccountOperation, { params: { id } })).body;
const pay = async (accountId: string, amount: string, currency = "CNY") => {
  const body = { accountId, amount, currency, method: "manual", orderNo: crypto.randomUUID() };
  return (await api.call(createRechargeOperation, { body })).body;
};
const grantsOf = (accountId: string) =>
  prisma().tierGrant.findMany({ where: { accountId }, orderBy: { id: "asc" } });

/** Takes all of an order back. */
const refund = (recharge: { id: string }) =>
  api.call(refundRechargeOperation, { params: { id: recharge.id }, body: { reason: "returned" } });

describe("the seeded tier", () => {
  it("gives the very recharge that reaches 3,000 CNY its bonus, and 2,999.99 none", async () => {
    const below = await newAccount();
    expect(await pay(below, "2999.99")).toMatchObject({ bonus: "0", tier: null });
    expect(await accountOf(below)).toMatchObject({ tier: null, bonus: "0", balance: "421.498595" });
    const email = `${crypto.randomUUID()}@example.com`;
    const reaching = await newAccount({ email });
    const paid = await pay(reaching, "3000");
    const tier = { id: "00000000-0000-7000-8000-000000000011", name: "3,000 yuan" };
    expect(paid).toMatchObject({ credit: "421.5", bonus: "21.075", tier });
    expect(await accountOf(reaching)).toMatchObject({ tier, bonus: "21.075", balance: "442.575" });
    const mails = await mailsTo(email);
    expect(mails.map(({ subject }) => subject)).toContain("Tollgate: you have reached “3,000 yuan”");
    const { items } = (await api.call(listAuditLog, { query: { targetType: "tier-grant" } })).body;
    expect(items[0]).toMatchObject({
      action: "tier.grant",
      actorType: "system",
      after: { accountId: reaching, figures: { value: "3000", threshold: "3000", currency: "CNY" } },
    });
  });

  it("is reached by two recharges, of which only the second gets a bonus, and stays for the ones after", async () => {
    const id = await newAccount();
    expect(await pay(id, "1999.99")).toMatchObject({ bonus: "0" });
    expect(await pay(id, "1000.01")).toMatchObject({ bonus: "7.02507025" });
    expect(await pay(id, "10", "USD")).toMatchObject({ bonus: "0.5" });
    expect(await grantsOf(id)).toHaveLength(1);
  });

  it("is granted once when many recharges reach it at the same moment", async () => {
    const id = await newAccount();
    const paid = await Promise.all(Array.from({ length: 8 }, () => pay(id, "750")));
    const rewarded = paid.filter(({ bonus }) => bonus !== "0");
    expect(rewarded).toHaveLength(5);
    expect(await grantsOf(id)).toMatchObject([{ state: "granted" }]);
  });
});

describe("a refund", () => {
  it("takes the order's bonus back, and the tier where what is left is below the threshold, with the figures", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const id = await newAccount({ email });
    const first = await pay(id, "0.01");
    await pay(id, "2999.99");
    expect((await accountOf(id)).tier).not.toBeNull();
    await refund(first);
    expect((await accountOf(id)).tier).toBeNull();
    const [grant] = await grantsOf(id);
    expect(grant).toMatchObject({ state: "ended", endedBy: null, endFigures: { value: "2999.99" } });
    const mails = await mailsTo(email);
    expect(mails.map(({ text }) => text).join("\n")).toContain("Recharges come to 2999.99 CNY now");
    // Reached again, it is granted again.
    expect(await pay(id, "0.01")).toMatchObject({ tier: { name: "3,000 yuan" } });
  });

  it("keeps the tier where enough is left, and takes only its own bonus", async () => {
    const id = await newAccount();
    await pay(id, "3000");
    const second = await pay(id, "100", "USD");
    expect(await accountOf(id)).toMatchObject({ bonus: "26.075" });
    expect((await refund(second)).status).toBe(200);
    expect(await accountOf(id)).toMatchObject({
      ...{ bonus: "21.075", balance: "442.575", tier: { name: "3,000 yuan" } },
    });
  });

  it("is refused where bonus that was spent, or given money, would have to pay for it", async () => {
    const id = await newAccount();
    const paid = await pay(id, "3000");
    await bookUsage(id, 1n);
    expect((await refund(paid)).body).toMatchObject({ status: 409, code: "insufficient_balance" });
    const other = await newAccount();
    const small = await pay(other, "10", "USD");
    await bookUsage(other, 5_000_000_000n);
    const gift = { amount: "20", note: "sorry" };
    await api.call(giveGiftOperation, { params: { id: other }, body: gift });
    expect(await accountOf(other)).toMatchObject({ balance: "25", bonus: "20" });
    expect((await refund(small)).body.code).toBe("insufficient_balance");
    expect(await accountOf(other)).toMatchObject({ balance: "25", bonus: "20" });
  });
});

it("gives bonus and tier back where a dispute is won, which may leave a debt until then", async () => {
  const id = await newAccount();
  const paid = await pay(id, "3000");
  await bookUsage(id, 30_000_000_000n);
  expect(await accountOf(id)).toMatchObject({ bonus: "0", balance: "412.575" });
  const taking = { kind: "chargeback", amount: undefined, reason: "dispute", providerRef: "dp_1" } as const;
  await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    await takeBack(tx, await lockOrThrow(tx, paid.id), tierActor, taking, { at: new Date(), revision });
  });
  expect(await accountOf(id)).toMatchObject({ bonus: "0", tier: null, balance: "-30", status: "suspended" });
  await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const order = await lockOrThrow(tx, paid.id);
    await reinstate(tx, order, tierActor, "dp_1", { at: new Date(), revision });
  });
  expect(await accountOf(id)).toMatchObject({ tier: { name: "3,000 yuan" }, balance: "412.575" });
});

it("leaves the books whole", async () => {
  // Calls are made up here: there are no log rows to prove them by.
  const { differences } = await proveLedger();
  expect(differences.filter(({ check }) => check !== "usage")).toEqual([]);
});
