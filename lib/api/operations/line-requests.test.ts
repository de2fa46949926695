import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { getAccountOperation } from "./accounts.ts";
import { listGrantsOperation, listLinesOperation, updateGroupOperation } from "./groups.ts";
import {
  createLimitRequestOperation as create,
  getLimitRequestOperation as get,
  grantLimitRequestOperation as grant,
  listLimitRequestsOperation as list,
  refuseLimitRequestOperation as refuse,
  withdrawLimitRequestOperation as withdraw,
} from "./limit-requests.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

async function makeCustomer(name: string) {
  const { accountId, email, call } = await api.customer(name, "member");
  const mails = () => prisma().mail.findMany({ where: { to: email }, orderBy: { id: "asc" } });
  const ask = (more: Record<string, unknown> = {}) =>
    call(create, { body: { accountId, line: "training", reason: "A course in December", ...more } });
  const line = async (id = "training") =>
    (await call(listLinesOperation, { params: { id: accountId } })).body.items.find(
      (one: { id: string }) => one.id === id,
    );
  return { accountId, call, mails, ask, line };
}

const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();

describe("a request for a line", () => {
  it("is answered with the models activated until a time, the account on the line, and a mail", async () => {
    const acme = await makeCustomer("Acme");
    expect(await acme.line()).toMatchObject({
      access: "granted",
      isOwn: false,
      grant: null,
      multiplier: "1",
    });
    const asked = await acme.ask({ model: "gpt-4o", until: days(30) });
    expect(asked).toMatchObject({
      status: 201,
      body: { kind: "line", state: "waiting", line: { id: "training", name: "Training" }, model: "gpt-4o" },
    });
    expect(asked.body).toMatchObject({ metric: null, wanted: null });
    const until = days(20);
    const body = { until, move: true, answer: "For your course." };
    const granted = await api.call(grant, { params: { id: asked.body.id }, body });
    expect(granted.body).toMatchObject({ state: "granted", grantedUntil: until });
    expect(await acme.line()).toMatchObject({ isOwn: true, grant: { models: ["gpt-4o"], expiresAt: until } });
    const account = await acme.call(getAccountOperation, { params: { id: acme.accountId } });
    expect(account.body.group).toBe("training");
    const [mail] = await acme.mails();
    expect(mail?.text).toContain("gpt-4o on the Training line");
    expect(mail?.text).toContain("For your course.");
    expect(mail?.text).toContain("/groups");
  });

  it("widens what runs already and shortens nothing", async () => {
    const acme = await makeCustomer("Wider");
    const [later, soon] = [days(40), days(10)];
    for (const [model, until] of [
      ["gpt-4o", later],
      ["gpt-4o-mini", soon],
    ]) {
      const { body } = await acme.ask({ model });
      expect((await api.call(grant, { params: { id: body.id }, body: { until } })).status).toBe(200);
    }
    expect((await acme.line()).grant).toEqual({
      models: ["gpt-4o", "gpt-4o-mini"],
      expiresAt: later,
      modelEnds: { "gpt-4o-mini": soon },
    });
    const { body } = await acme.ask();
    await api.call(grant, { params: { id: body.id }, body: {} });
    expect((await acme.line()).grant).toEqual({ models: [], expiresAt: null, modelEnds: {} });
    const { items } = (await api.call(listGrantsOperation, { params: { id: "training" } })).body;
    expect(items.find((one: { accountId: string }) => one.accountId === acme.accountId).note).toContain(
      body.id,
    );
  });

  it("for an open line moves the account onto it, and nothing else can be said", async () => {
    const acme = await makeCustomer("Enterprise");
    const { body } = await acme.ask({ line: "enterprise" });
    const params = { id: body.id };
    expect((await api.call(grant, { params, body: {} })).body.fields).toHaveProperty("move");
    const ending = await api.call(grant, { params, body: { move: true, until: days(3) } });
    expect(ending.body.fields).toHaveProperty("until");
    expect((await api.call(grant, { params, body: { move: true, value: 5 } })).body.fields).toHaveProperty(
      "value",
    );
    expect((await api.call(grant, { params, body: { move: true } })).body.state).toBe("granted");
    expect(await acme.line("enterprise")).toMatchObject({ isOwn: true, access: "open" });
    expect((await acme.ask({ line: "enterprise" })).body.fields).toEqual({
      line: "it is open to your account already",
    });
  });

  it("is refused with a reason by mail, taken back by whoever asked, and one at a time", async () => {
    const acme = await makeCustomer("Refused");
    const first = await acme.ask({ model: "gpt-4o" });
    expect(await acme.ask({ model: "gpt-4o" })).toMatchObject({
      status: 409,
      body: { code: "request_waiting" },
    });
    await api.call(refuse, { params: { id: first.body.id }, body: { answer: "Not this month." } });
    expect((await acme.mails()).map(({ text }) => text).join()).toContain("Not this month.");
    expect((await acme.line()).grant).toBeNull();
    const second = await acme.ask({ model: "gpt-4o" });
    expect((await acme.call(withdraw, { params: { id: second.body.id } })).body.state).toBe("withdrawn");
    const { items } = (await acme.call(list, { query: { kind: "line" } })).body;
    expect(items).toHaveLength(2);
  });

  it("names a line and perhaps a model that there are, never a limit as well", async () => {
    const acme = await makeCustomer("Asking");
    expect((await acme.ask({ line: "nowhere" })).body.fields).toHaveProperty("line");
    expect((await acme.ask({ model: "no-such-model" })).body.fields).toHaveProperty("model");
    expect((await acme.ask({ metric: "rpm", wanted: 5 })).body.fields).toHaveProperty("line");
    const none = { accountId: acme.accountId, reason: "x" };
    expect((await acme.call(create, { body: none })).body.fields).toHaveProperty("metric");
    expect((await acme.ask({ until: days(-1) })).body.fields).toHaveProperty("until");
  });

  it("is nobody else's to see, nor are that account's lines", async () => {
    const [acme, other] = [await makeCustomer("Mine"), await makeCustomer("Theirs")];
    const { body } = await acme.ask();
    expect((await other.call(get, { params: { id: body.id } })).status).toBe(404);
    expect((await other.call(listLinesOperation, { params: { id: acme.accountId } })).status).toBe(404);
  });

  it("asks for a model where the own line keeps some closed", async () => {
    await api.call(updateGroupOperation, {
      params: { id: "default" },
      body: { access: "granted", grantedModels: ["gpt-4o"] },
    });
    const acme = await makeCustomer("Default");
    expect((await acme.ask({ line: "default", model: "gpt-4o-mini" })).body.fields).toHaveProperty("model");
    expect((await acme.ask({ line: "default", model: "gpt-4o" })).status).toBe(201);
  });
});
