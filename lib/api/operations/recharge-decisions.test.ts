import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keepAlerts } from "#lib/alerts/live";
import { listOpenAlerts } from "#lib/alerts/store";
import { bookUsage } from "#lib/bonus/testing";
import { prisma } from "#lib/db/client";
import { pool, queryRows } from "#lib/db/pool";
import { callOf, leasedNode } from "#lib/funds/testing";
import { mailsTo } from "#lib/mail/testing";
import { expireOrders } from "#lib/recharges/rate-service";
import { findStuckOrders } from "#lib/recharges/stuck-store";
import { config } from "#lib/runtime/config";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import { changeCreditLineOperation as changeCreditLine } from "./balance.ts";
import {
  countWaitingRecharges,
  createRechargeOperation as create,
  creditRechargeOperation as credit,
  getRechargeOperation as get,
  getRechargeStory,
  listRechargesOperation as list,
  refundRechargeOperation as refund,
  rejectRechargeOperation as reject,
} from "./recharges.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
let email: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());
beforeEach(async () => {
  email = `${crypto.randomUUID()}@example.com`;
  accountId = (await api.call(createAccountOperation, { body: { name: "Payer", email } })).body.id;
});

const accountNow = async () => (await api.call(getAccountOperation, { params: { id: accountId } })).body;
const order = async (more: Record<string, unknown> = {}): Promise<string> => {
  const body = { accountId, amount: "100", currency: "USD", method: "manual", orderNo: crypto.randomUUID() };
  return (await api.call(create, { body: { ...body, ...more } })).body.id;
};
const act = (operation: typeof credit, id: string, body: object = {}, headers: Record<string, string> = {}) =>
  api.call(operation, { params: { id }, body, headers });
const storyOf = async (id: string): Promise<string[]> =>
  (await api.call(getRechargeStory, { params: { id } })).body.items.map(
    (event: { kind: string }) => event.kind,
  );
const ledgerSum = async () => {
  const [row] = await queryRows<{ sum: string; balance: string }>(
    `SELECT (SELECT coalesce(sum(amount), 0)::text FROM hot.ledger_entry WHERE account_id = $1) AS sum, balance::text
     FROM hot.account_funds WHERE account_id = $1`,
    [accountId],
  );
  return row;
};

describe("an order that waits", () => {
  it("is credited once, however many operators do it at once; the others are shown how it stands", async () => {
    const id = await order({ method: "bank" });
    const answers = await Promise.all(Array.from({ length: 6 }, () => act(credit, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const loser = answers.find(({ status }) => status === 409);
    expect(loser?.body).toMatchObject({ code: "recharge_decided", current: { id, status: "credited" } });
    expect((await accountNow()).balance).toBe("100");
    expect(await storyOf(id)).toEqual(["created", "credited"]);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it("is either credited or rejected when both are asked for at once", async () => {
    const id = await order({ method: "bank" });
    const answers = await Promise.all([act(credit, id), act(reject, id, { reason: "no such payment" })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { status } = (await api.call(get, { params: { id } })).body;
    expect((await accountNow()).balance).toBe(status === "credited" ? "100" : "0");
  });

  it("is rejected with a reason that the account is sent, and cannot be credited any more", async () => {
    const id = await order({ method: "bank" });
    expect((await act(reject, id, { reason: " " })).body.fields).toHaveProperty("reason");
    expect((await act(reject, id, { reason: "The bank knows nothing of it." })).body.status).toBe("rejected");
    expect((await mailsTo(email))[0]?.text).toContain("The bank knows nothing of it.");
    expect((await act(credit, id)).body.code).toBe("recharge_decided");
    expect((await accountNow()).balance).toBe("0");
  });

  it("is not decided on by whoever looked at something older", async () => {
    const id = await order({ method: "bank" });
    const seen = await api.call(get, { params: { id } });
    await prisma().recharge.update({ where: { id }, data: { note: "changed meanwhile" } });
    const stale = await act(credit, id, {}, { "if-match": seen.headers.get("etag") ?? "" });
    expect(stale.status).toBe(409);
    expect((await accountNow()).balance).toBe("0");
  });

  it("asks for a person after 10 minutes", async () => {
    const count = async () => (await api.call(countWaitingRecharges)).body.orders;
    const before = await count();
    const id = await order({ method: "bank" });
    expect(await count()).toBe(before);
    await prisma().recharge.update({ where: { id }, data: { createdAt: new Date(Date.now() - 601_000) } });
    expect(await count()).toBe(before + 1);
    await act(credit, id);
    expect(await count()).toBe(before);
  });
});

describe("an order's time", () => {
  it("ends what nobody has paid, with story and audit entry; never what is paid or has time left", async () => {
    const ended = new Date(Date.now() - 1_000);
    const set = async (expiresAt: Date, paidAt: Date | null = null) => {
      const id = await order({ method: "bank" });
      await prisma().recharge.update({ where: { id }, data: { expiresAt, paidAt } });
      return id;
    };
    const [unpaid, paid, later] = [
      await set(ended),
      await set(ended, ended),
      await set(new Date(Date.now() + 60_000)),
    ];
    expect(await expireOrders(new Date())).toBe(1);
    expect(await expireOrders(new Date())).toBe(0);
    const stand = async (id: string) => (await api.call(get, { params: { id } })).body.status;
    expect([await stand(unpaid), await stand(paid), await stand(later)]).toEqual([
      "expired",
      "pending",
      "pending",
    ]);
    expect(await storyOf(unpaid)).toEqual(["created", "expired"]);
    const entry = await prisma().auditEntry.findMany({ where: { action: "recharge.expire" } });
    expect(entry).toMatchObject([
      {
        targetId: unpaid,
        actorName: "Tollgate",
        before: { status: "pending" },
        after: { status: "expired" },
      },
    ]);
    for (const id of [paid, later]) await act(reject, id, { reason: "test" });
  });
});

describe("what waits for a person", () => {
  const waiting = async (): Promise<string[]> =>
    (await api.call(list, { query: { waiting: "true", accountId } })).body.items.map(
      ({ id }: { id: string }) => id,
    );
  const alert = async () => {
    await keepAlerts("order_stuck", await findStuckOrders(pool()));
    const open = (await listOpenAlerts(100)).find(({ kind }) => kind === "order_stuck");
    return open?.data.count;
  };

  it("is listed, and an alert stands as long as anything waits: stuck, in review, or with a refund that failed", async () => {
    const [stuck, review, refunded] = [
      await order({ method: "bank" }),
      await order({ method: "bank" }),
      await order(),
    ];
    await order({ method: "bank" });
    expect(await waiting()).toEqual([]);
    expect(await alert()).toBeUndefined();
    await prisma().recharge.update({
      where: { id: stuck },
      data: { createdAt: new Date(Date.now() - 601_000) },
    });
    expect(await alert()).toBe(1);
    await prisma().recharge.update({
      where: { id: review },
      data: { status: "review", reason: "amount-differs" },
    });
    await act(refund, refunded, { reason: "all" });
    await prisma().rechargeRefund.updateMany({
      where: { rechargeId: refunded },
      data: { providerState: "failed" },
    });
    expect((await waiting()).sort()).toEqual([stuck, review, refunded].sort());
    expect(await alert()).toBe(3);
    await act(credit, stuck);
    await act(reject, review, { reason: "not yours" });
    expect(await alert()).toBe(1);
    await prisma().rechargeRefund.updateMany({
      where: { rechargeId: refunded },
      data: { providerState: "sent" },
    });
    expect(await waiting()).toEqual([]);
    expect(await alert()).toBeUndefined();
  });
});

describe("a credit line", () => {
  it("lets calls take more than the balance, with its reason on record, and never pays for a refund", async () => {
    const id = await order();
    const give = (body: object) => api.call(changeCreditLine, { params: { id: accountId }, body });
    expect((await give({ amount: "50", reason: " " })).body.fields).toHaveProperty("reason");
    expect((await give({ amount: "-1", reason: "x" })).body.fields).toHaveProperty("amount");
    expect(await give({ amount: "50", reason: "a good customer" })).toMatchObject({ status: 200 });
    const [funds] = await queryRows(
      "SELECT balance, credit_line FROM hot.account_funds WHERE account_id = $1",
      [accountId],
    );
    expect(funds).toEqual({ balance: 100_000_000_000n, credit_line: 50_000_000_000n });
    const entry = await prisma().auditEntry.findFirst({
      where: { action: "account.credit-line", targetId: accountId },
    });
    expect(entry).toMatchObject({
      before: { creditLine: "0" },
      after: { creditLine: "50", reason: "a good customer" },
    });
    await bookUsage(accountId, 1_000_000_000n);
    expect(await act(refund, id, { reason: "all" })).toMatchObject({
      status: 409,
      body: { code: "insufficient_balance" },
    });
    expect((await act(refund, id, { amount: "99", reason: "what is left" })).status).toBe(200);
    expect((await accountNow()).balance).toBe("0");
  });
});

describe("a refund", () => {
  it("takes a part, then exactly the rest, and no more", async () => {
    const id = await order({ amount: "100", currency: "CNY" });
    const start = (await accountNow()).balance;
    const part = await act(refund, id, { amount: "33.333333333", reason: "too much" });
    expect(part.body).toMatchObject({ status: "credited", refundedAmount: "33.333333333" });
    const tooMuch = await act(refund, id, { amount: "66.666666668", reason: "again" });
    expect(tooMuch).toMatchObject({ status: 422, body: { fields: { amount: expect.anything() } } });
    const rest = await act(refund, id, { reason: "all of it" });
    expect(rest.body).toMatchObject({ status: "refunded", refunded: start, refundedAmount: "100" });
    expect((await accountNow()).balance).toBe("0");
    expect((await act(refund, id, { reason: "once more" })).body.code).toBe("recharge_decided");
    expect(await storyOf(id)).toEqual(["created", "credited", "refunded", "refunded"]);
    expect(await ledgerSum()).toEqual({ sum: "0", balance: "0" });
    const [, , last] = await mailsTo(email);
    expect(last?.text).toContain("all of it");
  });

  it("is refused beyond what is left of the balance, and takes nothing", async () => {
    const id = await order();
    await queryRows("UPDATE hot.account_funds SET held = 1 WHERE account_id = $1", [accountId]);
    const refused = await act(refund, id, { reason: "all" });
    expect(refused).toMatchObject({ status: 409, body: { code: "insufficient_balance" } });
    expect((await api.call(get, { params: { id } })).body).toMatchObject({
      status: "credited",
      refunded: "0",
    });
    expect((await accountNow()).balance).toBe("100");
  });

  it("asks the money back that lies idle with another node", async () => {
    const id = await order();
    await queryRows("UPDATE hot.account_funds SET credit_line = 10000000000 WHERE account_id = $1", [
      accountId,
    ]);
    const node = await leasedNode(pool(), { url: config().databaseUrl ?? "" });
    try {
      const call = callOf(accountId);
      expect(await node.hold(call, 1_000_000_000n)).toBe("ok");
      await node.settle(call, 1_000_000_000n);
      const [lease] = await queryRows("SELECT leased FROM hot.account_funds WHERE account_id = $1", [
        accountId,
      ]);
      expect(lease).toEqual({ leased: expect.toSatisfy((leased: bigint) => leased > 0n) });
      expect((await act(refund, id, { amount: "99", reason: "all that is left" })).status).toBe(200);
      expect((await accountNow()).balance).toBe("0");
    } finally {
      await node.stop();
    }
  });

  it("is made once when it is asked for twice at once", async () => {
    const id = await order();
    const answers = await Promise.all([act(refund, id, { reason: "a" }), act(refund, id, { reason: "b" })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await accountNow()).balance).toBe("0");
  });

  it("asks for the password again", async () => {
    const late = await api.as("operator", 16 * 60_000);
    const refused = await late(refund, { params: { id: await order() }, body: { reason: "x" } });
    expect(refused).toMatchObject({ status: 403, body: { code: "reauthentication_required" } });
  });
});
