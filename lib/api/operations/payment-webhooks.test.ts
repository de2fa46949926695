import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import { mailsTo } from "#lib/mail/testing";
import { sendPayment, testSecret } from "#lib/payments/testing";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import {
  beginRechargeOperation as begin,
  listPaymentMethods,
  putPaymentMethodOperation as putMethod,
} from "./payments.ts";
import {
  creditRechargeOperation as credit,
  getRechargeOperation as get,
  getRechargeStory,
  rejectRechargeOperation as reject,
} from "./recharges.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
let email: string;
const alipay = {
  kind: "webhook",
  name: "Alipay",
  currencies: ["CNY", "USD"],
  secret: testSecret,
  least: "10",
};
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  await api.call(putMethod, {
    params: { id: "alipay" },
    body: { ...alipay, payUrl: "https://pay.test/?o={orderNo}&a={amount}" },
  });
});
afterAll(() => api.stop());
beforeEach(async () => {
  email = `${crypto.randomUUID()}@example.com`;
  accountId = (await api.call(createAccountOperation, { body: { name: "Payer", email } })).body.id;
});

const accountNow = async () => (await api.call(getAccountOperation, { params: { id: accountId } })).body;
const open = async (amount = "3000", currency = "CNY") =>
  (await api.call(begin, { body: { accountId, method: "alipay", amount, currency } })).body;
const paid = (order: { orderNo: string; amount: string; currency: string }, more: object = {}) => {
  const { orderNo, amount, currency } = order;
  return { id: crypto.randomUUID(), type: "payment.succeeded", orderNo, amount, currency, ...more };
};
const now = async (id: string) => (await api.call(get, { params: { id } })).body;
const storyOf = async (id: string): Promise<string[]> =>
  (await api.call(getRechargeStory, { params: { id } })).body.items.map(
    (event: { kind: string }) => event.kind,
  );
const isBalanced = async () => {
  const [row] = await queryRows<{ ok: boolean }>(
    `SELECT balance = (SELECT coalesce(sum(amount), 0) FROM hot.ledger_entry WHERE account_id = $1) AS ok
     FROM hot.account_funds WHERE account_id = $1`,
    [accountId],
  );
  return row?.ok;
};

describe("an order that a customer begins", () => {
  it("has a number and an address to pay at, and never tells the secret", async () => {
    const order = await open("3000");
    expect(order).toMatchObject({ status: "pending", credit: "0", method: "alipay" });
    expect(order.payUrl).toBe(`https://pay.test/?o=${order.orderNo}&a=3000`);
    expect(Date.parse(order.expiresAt)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    const methods = JSON.stringify((await api.call(listPaymentMethods)).body);
    expect(methods).toContain("alipay");
    expect(methods).not.toContain(testSecret);
    expect(Buffer.from((await prisma().paymentMethod.findFirstOrThrow()).secret).toString()).not.toContain(
      testSecret,
    );
  });

  it.each([
    [{ amount: "9.99" }, "amount"],
    [{ amount: "-1" }, "amount"],
    [{ amount: "NaN" }, "amount"],
    [{ amount: "1e400" }, "amount"],
    [{ currency: "EUR" }, "currency"],
    [{ currency: "XQQ" }, "currency"],
    [{ method: "bitcoin" }, "method"],
  ])("is refused by field: %j", async (more, field) => {
    const body = { accountId, method: "alipay", amount: "100", currency: "CNY", ...more };
    const refused = await api.call(begin, { body });
    expect(refused).toMatchObject({ status: 422, body: { fields: { [field]: expect.anything() } } });
    expect(await prisma().recharge.count({ where: { accountId } })).toBe(0);
  });

  it("is not opened without end by somebody who pays none", async () => {
    for (let n = 0; n < 20; n += 1) await open("10");
    expect(
      (await api.call(begin, { body: { accountId, method: "alipay", amount: "10", currency: "CNY" } })).body
        .code,
    ).toBe("too_many_open");
  });
});

describe("a payment webhook", () => {
  it("credits before it is acknowledged", async () => {
    const order = await open("2000");
    expect(await sendPayment("alipay", paid(order))).toMatchObject({
      status: 200,
      body: { outcome: "credited" },
    });
    expect((await accountNow()).balance).toBe((await now(order.id)).credit);
    expect(await storyOf(order.id)).toEqual(["created", "paid", "credited"]);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it("credits once, a hundred times in parallel, under one id or many", async () => {
    const order = await open("100", "USD");
    const message = paid(order);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => sendPayment("alipay", n % 2 === 0 ? message : paid(order))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.filter(({ body }) => body.outcome === "credited")).toHaveLength(1);
    expect((await accountNow()).balance).toBe("100");
    expect(await isBalanced()).toBe(true);
  });

  it("is refused when it is forged, tampered with, late, early or unsigned, and nothing happens", async () => {
    const order = await open();
    const message = paid(order);
    const forged = await Promise.all([
      sendPayment("alipay", message, { secret: "another secret" }),
      sendPayment("alipay", message, { tamper: (raw) => raw.replace("3000", "9000") }),
      sendPayment("alipay", message, { ageSeconds: 301 }),
      sendPayment("alipay", message, { ageSeconds: -302 }),
      sendPayment("alipay", message, { header: "" }),
      sendPayment("alipay", message, { header: "t=x,v1=00" }),
    ]);
    expect(forged.map(({ status, body }) => [status, body.code])).toEqual(
      Array(6).fill([400, "invalid_signature"]),
    );
    expect((await sendPayment("nobody", message)).status).toBe(404);
    expect(await now(order.id)).toMatchObject({ status: "pending", paidAt: null });
    expect((await sendPayment("alipay", message, { ageSeconds: 299 })).body.outcome).toBe("credited");
  });

  it.each([
    [{ amount: "2999.99" }, "amount-differs"],
    [{ amount: "3000.000000001" }, "amount-differs"],
    [{ currency: "USD" }, "currency-differs"],
  ])("with %j is never credited silently: a person decides", async (more, reason) => {
    const order = await open();
    expect((await sendPayment("alipay", paid(order, more))).body.outcome).toBe("review");
    expect(await now(order.id)).toMatchObject({ status: "review", reason });
    expect((await accountNow()).balance).toBe("0");
    // The right amount afterwards does not overrule the person.
    expect((await sendPayment("alipay", paid(order))).body.outcome).toBe("known");
    expect((await api.call(credit, { params: { id: order.id }, body: {} })).body.status).toBe("credited");
  });

  it("that comes late finds an expired order and credits it, and a rejected one waits for a person", async () => {
    const [late, rejected] = [await open(), await open()];
    await prisma().recharge.update({ where: { id: late.id }, data: { status: "expired" } });
    await api.call(reject, { params: { id: rejected.id }, body: { reason: "no payment" } });
    expect((await sendPayment("alipay", paid(late))).body.outcome).toBe("credited");
    expect((await sendPayment("alipay", paid(rejected))).body.outcome).toBe("review");
    expect(await now(rejected.id)).toMatchObject({ status: "review", reason: "paid-after-rejection" });
  });

  it("for an order of no known number is sent again, unless it says whose it is", async () => {
    const stranger = { orderNo: crypto.randomUUID(), amount: "50", currency: "USD" };
    const message = paid(stranger);
    expect(await sendPayment("alipay", message)).toMatchObject({
      status: 404,
      body: { code: "order_unknown" },
    });
    expect((await sendPayment("alipay", paid(stranger, { accountId }))).body.outcome).toBe("credited");
    // What was not taken is not "known": it is done when it comes again.
    expect((await sendPayment("alipay", message)).body.outcome).toBe("known");
    expect((await accountNow()).balance).toBe("50");
  });

  it("is told what is wrong with it by field", async () => {
    const wrong = await sendPayment("alipay", { ...paid(await open()), amount: "NaN", currency: "XQQ" });
    expect(wrong).toMatchObject({
      status: 422,
      body: { fields: { amount: expect.anything(), currency: expect.anything() } },
    });
  });

  it("and an operator at the same moment credit once", async () => {
    const order = await open("100", "USD");
    const [sent, byHand] = await Promise.all([
      sendPayment("alipay", paid(order)),
      api.call(credit, { params: { id: order.id }, body: {} }),
    ]);
    expect(sent.status).toBe(200);
    expect([200, 409]).toContain(byHand.status);
    expect((await accountNow()).balance).toBe("100");
    expect((await storyOf(order.id)).filter((kind) => kind === "credited")).toHaveLength(1);
  });

  it("of a second payment is written down and credits nothing", async () => {
    const order = await open("100", "USD");
    await sendPayment("alipay", paid(order, { reference: "p-1" }));
    expect((await sendPayment("alipay", paid(order, { reference: "p-2" }))).body.outcome).toBe("review");
    expect(await storyOf(order.id)).toContain("differs");
    expect((await accountNow()).balance).toBe("100");
  });

  it("waits for the rate of its day where there is none", async () => {
    await api.call(putMethod, {
      params: { id: "alipay" },
      body: { ...alipay, currencies: ["CNY", "USD", "THB"] },
    });
    const order = await open("100", "THB");
    expect((await sendPayment("alipay", paid(order))).body.outcome).toBe("waiting");
    expect(await now(order.id)).toMatchObject({ status: "pending", reason: "no-rate" });
  });
});

describe("what is taken back", () => {
  const back = (
    order: { orderNo: string; amount: string; currency: string },
    type: string,
    more: object = {},
  ) =>
    sendPayment("alipay", {
      ...paid(order),
      type: `payment.${type}`,
      reference: `ref ${order.orderNo}`,
      ...more,
    });

  it("by a chargeback leaves the account in debt and suspended; a dispute that is won undoes both, once", async () => {
    const order = await open("100", "USD");
    expect((await back(order, "charged_back")).status).toBe(409);
    await sendPayment("alipay", paid(order));
    await queryRows("UPDATE hot.account_funds SET held = 60000000000 WHERE account_id = $1", [accountId]);
    expect((await back(order, "reinstated")).body.code).toBe("too_early");
    expect((await back(order, "charged_back")).body.outcome).toBe("chargeback");
    expect((await back(order, "charged_back")).body.outcome).toBe("known");
    expect(await accountNow()).toMatchObject({ balance: "0", available: "-60", status: "suspended" });
    expect((await now(order.id)).status).toBe("refunded");
    const won = await Promise.all([back(order, "reinstated"), back(order, "reinstated")]);
    expect(won.map(({ body }) => body.outcome).sort()).toEqual(["known", "reinstated"]);
    expect(await accountNow()).toMatchObject({ balance: "100", status: "active" });
    expect(await storyOf(order.id)).toEqual(["created", "paid", "credited", "chargeback", "reinstated"]);
    expect(await isBalanced()).toBe(true);
  });

  it("by the provider's refund is taken once, at most what is left", async () => {
    const order = await open("100", "USD");
    await sendPayment("alipay", paid(order));
    const twice = await Promise.all([
      back(order, "refunded", { amount: "30" }),
      back(order, "refunded", { amount: "30" }),
    ]);
    expect(twice.map(({ body }) => body.outcome).sort()).toEqual(["known", "refunded"]);
    expect((await accountNow()).balance).toBe("70");
    await back(order, "refunded", { amount: "500", reference: "more than there was" });
    expect(await accountNow()).toMatchObject({ balance: "0", status: "active" });
    expect((await now(order.id)).status).toBe("refunded");
  });
});
