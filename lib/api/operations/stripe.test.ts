import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { testRequest } from "#lib/api/testing";
import { stripeWebhook } from "#lib/api/webhook-route";
import { prisma } from "#lib/db/client";
import { sendRefunds } from "#lib/payments/refund-service";
import { startMockStripe, testSecret } from "#lib/payments/testing";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import { beginRechargeOperation as begin, putPaymentMethodOperation as putMethod } from "./payments.ts";
import {
  countWaitingRecharges,
  getRechargeOperation as get,
  getRechargeStory,
  refundRechargeOperation as refund,
} from "./recharges.ts";
import { startTestApi } from "./testing.ts";

const stripe = new Stripe("sk_test_these_tests_only");
let api: Awaited<ReturnType<typeof startTestApi>>;
let mock: Awaited<ReturnType<typeof startMockStripe>>;
let accountId: string;
const method = { kind: "stripe", name: "Card", currencies: ["USD", "JPY"], secret: testSecret };
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  mock = await startMockStripe();
  const body = { ...method, apiKey: "sk_test_these_tests_only", apiBase: mock.base };
  await api.call(putMethod, { params: { id: "stripe" }, body });
});
afterAll(async () => {
  await mock.stop();
  await api.stop();
});
beforeEach(async () => {
  mock.state.refusing = false;
  accountId = (await api.call(createAccountOperation, { body: { name: "Payer" } })).body.id;
});

const accountNow = async () => (await api.call(getAccountOperation, { params: { id: accountId } })).body;
const now = async (id: string) => (await api.call(get, { params: { id } })).body;
const open = async (amount = "12.5", currency = "USD") =>
  api.call(begin, { body: { accountId, method: "stripe", amount, currency } });

/** Sends an event as Stripe does, signed by Stripe's own helper. */
async function send(
  type: string,
  object: object,
  more: { id?: string; timestamp?: number; secret?: string } = {},
) {
  const id = more.id ?? `evt_${crypto.randomUUID()}`;
  const created = Math.floor(Date.now() / 1000);
  const payload = JSON.stringify({ id, object: "event", type, created, data: { object } });
  const timestamp = more.timestamp ?? created;
  const secret = more.secret ?? testSecret;
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  const asked = testRequest("POST", "/api/webhooks/stripe", { headers: { "stripe-signature": header } });
  const answer = await stripeWebhook(new Request(asked, { body: payload }));
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const session = (id: string, amount = 1250, more: object = {}) => ({
  ...{ id: "cs_1", object: "checkout.session", metadata: { tollgate_order: id }, payment_status: "paid" },
  ...{ amount_total: amount, currency: "usd", payment_intent: `pi_${id}`, ...more },
});
const completed = (id: string, ...rest: [amount?: number, more?: object]) =>
  send("checkout.session.completed", session(id, ...rest));
const dispute = (id: string, status: string) => ({
  ...{ id: `dp_${id}`, object: "dispute", amount: 1250, currency: "usd", status, reason: "fraudulent" },
  payment_intent: `pi_${id}`,
});

describe("paying by Stripe", () => {
  it("begins on Stripe's page, in its units, and tells it our order on session and payment", async () => {
    const order = (await open("12.5")).body;
    expect(order.payUrl).toMatch(/^https:\/\/checkout\.test\//);
    const call = mock.calls.at(-1);
    expect(call?.form).toMatchObject({
      "line_items[0][price_data][unit_amount]": "1250",
      "line_items[0][price_data][currency]": "usd",
      "metadata[tollgate_order]": order.id,
      "payment_intent_data[metadata][tollgate_order]": order.id,
    });
    expect(call?.idempotencyKey).toBe(`order-${order.id}`);
    await open("700", "JPY");
    expect(mock.calls.at(-1)?.form["line_items[0][price_data][unit_amount]"]).toBe("700");
    expect((await open("0.001")).body.fields).toHaveProperty("amount");
  });

  it("leaves no order behind when Stripe does not answer", async () => {
    mock.state.refusing = true;
    expect(await open()).toMatchObject({ status: 502, body: { code: "payment_provider_error" } });
    expect(await prisma().recharge.count({ where: { accountId } })).toBe(0);
  });

  it("is credited once, however often and in however many ways Stripe says so", async () => {
    const { id } = (await open()).body;
    const same = { id: `evt_${id}` };
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => send("checkout.session.completed", session(id), same)),
      ...Array.from({ length: 10 }, () => completed(id)),
      send("checkout.session.async_payment_succeeded", session(id)),
    ]);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.filter(({ body }) => body.outcome === "credited")).toHaveLength(1);
    expect((await accountNow()).balance).toBe("12.5");
    expect((await now(id)).providerRef).toBe(`pi_${id}`);
  });

  it("is not believed without the right signature of the last five minutes", async () => {
    const { id } = (await open()).body;
    const old = Math.floor(Date.now() / 1000) - 301;
    const forged = [
      await send("checkout.session.completed", session(id), { secret: "whsec_of_somebody_else" }),
      await send("checkout.session.completed", session(id), { timestamp: old }),
    ];
    expect(forged.map(({ body }) => body.code)).toEqual(["invalid_signature", "invalid_signature"]);
    expect((await now(id)).status).toBe("pending");
  });

  it("of another amount or currency waits for a person", async () => {
    const [less, other] = [(await open()).body.id, (await open()).body.id];
    expect((await completed(less, 1249)).body.outcome).toBe("review");
    expect((await completed(other, 1250, { currency: "eur" })).body.outcome).toBe("review");
    expect((await now(less)).reason).toBe("amount-differs");
    expect((await now(other)).reason).toBe("currency-differs");
    expect((await accountNow()).balance).toBe("0");
  });

  it("takes its time where the money does, and ends where the session ends; a late payment counts", async () => {
    const { id } = (await open()).body;
    expect((await completed(id, 1250, { payment_status: "unpaid" })).body.outcome).toBe("ignored");
    expect(
      (await send("checkout.session.expired", session(id, 1250, { payment_status: "unpaid" }))).body.outcome,
    ).toBe("expired");
    expect((await now(id)).status).toBe("expired");
    expect((await send("checkout.session.async_payment_succeeded", session(id))).body.outcome).toBe(
      "credited",
    );
    expect((await send("checkout.session.expired", session(id))).body.outcome).toBe("ignored");
    expect((await accountNow()).balance).toBe("12.5");
  });

  it("of something that is none of ours is left alone", async () => {
    expect((await send("checkout.session.completed", { ...session("x"), metadata: {} })).body.outcome).toBe(
      "ignored",
    );
    expect((await send("charge.dispute.created", dispute("unknown", "needs_response"))).body.outcome).toBe(
      "ignored",
    );
    expect((await send("customer.created", { id: "cus_1" })).body.outcome).toBe("ignored");
  });
});

describe("money that goes back by Stripe", () => {
  const refunded = (id: string, all: number) =>
    send("charge.refunded", {
      ...{ id: `ch_${id}`, object: "charge", amount_refunded: all, currency: "usd" },
      metadata: { tollgate_order: id },
    });

  it("is refunded there when it is refunded here, and its own message changes nothing more", async () => {
    const { id } = (await open()).body;
    await completed(id);
    const part = await api.call(refund, { params: { id }, body: { amount: "2.5", reason: "too much" } });
    expect(part.body).toMatchObject({ status: "credited", refundedAmount: "2.5" });
    expect(mock.calls.at(-1)).toMatchObject({
      path: "/v1/refunds",
      form: { amount: "250", payment_intent: `pi_${id}` },
    });
    expect((await refunded(id, 250)).body.outcome).toBe("known");
    expect((await accountNow()).balance).toBe("10");
  });

  it("asks for a person when Stripe does not take a refund, and is sent again under the same name", async () => {
    const { id } = (await open()).body;
    await completed(id);
    const waiting = async () => (await api.call(countWaitingRecharges)).body.orders;
    const before = await waiting();
    mock.state.refusing = true;
    expect((await api.call(refund, { params: { id }, body: { reason: "asked" } })).body.status).toBe(
      "refunded",
    );
    expect(await waiting()).toBe(before + 1);
    const first = mock.calls.at(-1)?.idempotencyKey;
    mock.state.refusing = false;
    await sendRefunds(new Date(Date.now() + 60_000));
    expect(mock.calls.at(-1)?.idempotencyKey).toBe(first);
    expect(await waiting()).toBe(before);
    const story = (await api.call(getRechargeStory, { params: { id } })).body.items;
    expect(story.map(({ kind }: { kind: string }) => kind).slice(-3)).toEqual([
      "refunded",
      "refund-failed",
      "refund-sent",
    ]);
  });

  it("counts what Stripe's own refunds come to, late, twice and out of order", async () => {
    const { id } = (await open()).body;
    expect((await refunded(id, 250)).body.code).toBe("too_early");
    await completed(id);
    for (const all of [250, 500, 250, 500]) await refunded(id, all);
    expect((await accountNow()).balance).toBe("7.5");
    await refunded(id, 1250);
    expect(await now(id)).toMatchObject({ status: "refunded", refunded: "12.5" });
  });

  it("by a dispute leaves once and suspends the account; when it is won all is as before", async () => {
    const { id } = (await open()).body;
    mock.intents.set(`pi_${id}`, { tollgate_order: id });
    expect((await send("charge.dispute.created", dispute(id, "needs_response"))).body.code).toBe("too_early");
    await completed(id);
    expect((await send("charge.dispute.created", dispute(id, "warning_needs_response"))).body.outcome).toBe(
      "ignored",
    );
    expect((await send("charge.dispute.closed", dispute(id, "won"))).body.code).toBe("too_early");
    expect((await send("charge.dispute.created", dispute(id, "needs_response"))).body.outcome).toBe(
      "chargeback",
    );
    expect((await send("charge.dispute.funds_withdrawn", dispute(id, "needs_response"))).body.outcome).toBe(
      "known",
    );
    expect(await accountNow()).toMatchObject({ balance: "0", status: "suspended" });
    expect((await send("charge.dispute.closed", dispute(id, "won"))).body.outcome).toBe("reinstated");
    expect((await send("charge.dispute.funds_reinstated", dispute(id, "won"))).body.outcome).toBe("known");
    expect(await accountNow()).toMatchObject({ balance: "12.5", status: "active" });
  });
});
