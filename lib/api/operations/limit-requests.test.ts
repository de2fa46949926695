import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { proposeReductions, remindOfEnding } from "#lib/limits/grant-service";
import { addPeaks } from "#lib/limits/peak-store";
import { limitOfAccount } from "#lib/limits/report-service";
import {
  countLimitRequestsOperation as count,
  createLimitRequestOperation as create,
  getLimitRequestOperation as get,
  grantLimitRequestOperation as grant,
  listLimitRequestsOperation as list,
  refuseLimitRequestOperation as refuse,
  withdrawLimitRequestOperation as withdraw,
} from "./limit-requests.ts";
import { listLimitsOperation, putLimitOperation } from "./limits.ts";
import { startTestApi } from "./testing.ts";

const dayMs = 86_400_000;
const model = "txt2img_v3";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

/** An account with an admin who can call the API. */
async function makeCustomer(name: string) {
  const { accountId, userId, email, call } = await api.customer(name, "admin");
  const mails = () =>
    prisma().mail.findMany({
      where: { to: email, template: { startsWith: "limit-" } },
      orderBy: { id: "asc" },
    });
  const ask = (more: Record<string, unknown> = {}) =>
    call(create, {
      body: { accountId, model, metric: "ipm", wanted: 200, reason: "A launch on Friday", ...more },
    });
  const limit = async () => (await limitOfAccount({ accountId, model, metric: "ipm" }))?.limit;
  return { accountId, userId, call, mails, ask, limit };
}

const days = (number: number) => new Date(Date.now() + number * dayMs).toISOString();

describe("a limit request", () => {
  it("is granted for a time: the limit stands, the customer is written to, and it ends by itself", async () => {
    const acme = await makeCustomer("Acme");
    const asked = await acme.ask({ until: days(20) });
    expect(asked).toMatchObject({ status: 201, body: { state: "waiting", stood: 20, wanted: 200 } });
    expect((await api.call(count)).body.waiting).toBeGreaterThan(0);
    const params = { id: asked.body.id };
    const until = days(8);
    const granted = await api.call(grant, { params, body: { value: 150, until, answer: "For the launch." } });
    expect(granted.body).toMatchObject({ state: "granted", granted: 150, grantedUntil: until });
    expect(await acme.limit()).toBe(150);
    const { items } = (await api.call(listLimitsOperation, { query: { scopeId: acme.accountId } })).body;
    expect(items).toMatchObject([{ model, value: 150, grant: { until, afterwards: null } }]);
    const [mail] = await acme.mails();
    expect(mail?.text).toContain("150");
    expect(mail?.text).toContain("For the launch.");
    await prisma().callLimit.updateMany({
      where: { scopeId: acme.accountId },
      data: { grantedUntil: new Date(Date.now() - 1) },
    });
    expect(await acme.limit()).toBe(20);
    expect((await acme.call(get, { params })).body).not.toHaveProperty("decidedBy");
  });

  it("is refused with a reason, which the customer reads", async () => {
    const acme = await makeCustomer("Refused");
    const params = { id: (await acme.ask()).body.id };
    expect((await api.call(refuse, { params, body: { answer: " " } })).status).toBe(422);
    await api.call(refuse, { params, body: { answer: "The provider has no room." } });
    expect((await acme.call(get, { params })).body).toMatchObject({
      state: "refused",
      answer: "The provider has no room.",
    });
    expect(await acme.limit()).toBe(20);
    expect((await acme.mails()).map((mail) => mail.text).join()).toContain("The provider has no room.");
  });

  it("is decided once: of many operators at the same time one wins, the others read who did", async () => {
    const acme = await makeCustomer("Contended");
    const params = { id: (await acme.ask()).body.id };
    const answers = await Promise.all([
      ...[150, 160, 170].map((value) => api.call(grant, { params, body: { value } })),
      ...[1, 2, 3].map(() => api.call(refuse, { params, body: { answer: "No." } })),
      acme.call(withdraw, { params }),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 409, 409, 409, 409, 409, 409]);
    const lost = answers.find(({ status }) => status === 409);
    const [won] = answers.filter(({ status }) => status === 200);
    expect(lost?.body).toMatchObject({ code: "request_decided", current: { state: won?.body.state } });
    expect(await acme.limit()).toBe(won?.body.granted ?? 20);
    expect(await acme.mails()).toHaveLength(won?.body.state === "withdrawn" ? 0 : 1);
  });

  it("is one at a time for each limit, about something that is limited, and for more than stands", async () => {
    const acme = await makeCustomer("Asking");
    const first = await acme.ask();
    expect(await acme.ask()).toMatchObject({ status: 409, body: { code: "request_waiting" } });
    await acme.call(withdraw, { params: { id: first.body.id } });
    expect((await acme.ask()).status).toBe(201);
    expect((await acme.ask({ metric: "concurrency" })).body.fields).toHaveProperty("metric");
    expect((await acme.ask({ model: "img2img_v3", wanted: 10 })).body.fields).toEqual({
      wanted: "the limit is 10 already",
    });
    expect((await acme.ask({ model: "img2img_v3", until: days(-1) })).body.fields).toHaveProperty("until");
    expect((await acme.ask({ model: "no-such-model" })).body.fields).toHaveProperty("model");
  });

  it("is not granted where a stricter limit of the group would make the grant an empty promise", async () => {
    const acme = await makeCustomer("Group");
    const { id } = (await acme.ask()).body;
    const strict = { scope: "group", scopeId: "default", model, metric: "ipm", value: 30 };
    await api.call(putLimitOperation, { body: strict });
    const answer = await api.call(grant, { params: { id }, body: { value: 100 } });
    expect(answer).toMatchObject({ status: 422, body: { fields: { value: expect.stringContaining("30") } } });
    expect((await api.call(get, { params: { id } })).body.state).toBe("waiting");
    const limits = (await api.call(listLimitsOperation, { query: { scope: "group", model } })).body.items;
    await prisma().callLimit.update({ where: { id: limits[0].id }, data: { value: null } });
  });
});

describe("a granted limit", () => {
  it("is announced three days before its end, once", async () => {
    const acme = await makeCustomer("Ending");
    const { id } = (await acme.ask()).body;
    await api.call(grant, { params: { id }, body: { value: 150, until: days(7) } });
    expect(await remindOfEnding(new Date(Date.now() + 3.9 * dayMs))).toBe(0);
    const [one, other] = await Promise.all(
      [1, 2].map(() => remindOfEnding(new Date(Date.now() + 4.1 * dayMs))),
    );
    expect((one ?? 0) + (other ?? 0)).toBe(1);
    const ending = (await acme.mails()).filter((mail) => mail.template === "limit-grant-ending");
    expect(ending).toHaveLength(1);
    expect(ending[0]?.text).toContain("Afterwards: 20");
  });

  it("that a whole week needed less than half of is proposed for reduction, and waits for an operator", async () => {
    const acme = await makeCustomer("Idle");
    const busy = await makeCustomer("Busy");
    for (const customer of [acme, busy]) {
      const { id } = (await customer.ask()).body;
      await api.call(grant, { params: { id }, body: { value: 200 } });
    }
    await takeImages(acme.accountId, 60);
    await takeImages(busy.accountId, 120);
    const inAWeek = new Date(Date.now() + 6.9 * dayMs);
    expect(await proposeReductions(inAWeek)).toMatchObject({ proposed: 0 });
    const later = new Date(Date.now() + 7.1 * dayMs);
    await takeImages(acme.accountId, 60, Date.now() + dayMs);
    await takeImages(busy.accountId, 120, Date.now() + dayMs);
    expect((await proposeReductions(later)).proposed).toBe(1);
    expect((await proposeReductions(later)).proposed).toBe(0);
    const { items } = (await api.call(list, { query: { kind: "reduce", state: "waiting" } })).body;
    expect(items).toMatchObject([
      { accountId: acme.accountId, wanted: 60, stood: 200, peak: 60, askedBy: "Tollgate" },
    ]);
    expect(await acme.limit()).toBe(200);
    const asCustomer = (await acme.call(list)).body.items;
    expect(asCustomer.map((item: { kind: string }) => item.kind)).toEqual(["raise"]);
    expect((await acme.call(get, { params: { id: items[0].id } })).status).toBe(404);
    await api.call(grant, { params: { id: items[0].id }, body: { value: 60 } });
    expect(await acme.limit()).toBe(60);
    expect((await acme.mails()).at(-1)?.text).toContain("less than half");
  });
});

describe("a granted limit on calls at once", () => {
  it("is proposed for reduction by the most that ran, once a whole week of them was counted", async () => {
    const scope = { scope: "default", scopeId: null, model, metric: "concurrency" };
    await api.call(putLimitOperation, { body: { ...scope, value: 2 } });
    const acme = await makeCustomer("Parallel");
    const { id } = (await acme.ask({ metric: "concurrency", wanted: 20 })).body;
    await api.call(grant, { params: { id }, body: { value: 20 } });
    const peak = (atMs: number, keyId: string, own: number) => ({
      ...{ minuteMs: atMs, accountId: acme.accountId, keyId, model, own, shared: 0 },
    });
    await takeImages(acme.accountId, 1, Date.now() + dayMs);
    await addPeaks(pool(), crypto.randomUUID(), [peak(Date.now() + 2 * dayMs, "", 6)]);
    const later = new Date(Date.now() + 7.1 * dayMs);
    const proposals = async () => {
      await proposeReductions(later);
      const { items } = (await api.call(list, { query: { kind: "reduce", accountId: acme.accountId } })).body;
      return items.map(({ wanted, peak }: { wanted: number; peak: number }) => [wanted, peak]);
    };
    expect(await proposals()).toEqual([]);
    await addPeaks(pool(), crypto.randomUUID(), [peak(Date.now() - dayMs, "", 19)]);
    expect(await proposals()).toEqual([[6, 6]]);
  });
});

/** A minute in which an account made images. */
async function takeImages(accountId: string, images: number, atMs = Date.now()): Promise<void> {
  await pool().query(
    `INSERT INTO hot.rollup_minute_key (minute, account_id, key_id, model, requests, images)
     VALUES (date_trunc('minute', $1::timestamptz), $2, 'k', $3, 1, $4) ON CONFLICT DO NOTHING`,
    [new Date(atMs), accountId, model, images],
  );
}
