import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "#lib/api/serve";
import { startTestConsole, testRequest, testUser } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { mailsTo, newestToken } from "#lib/mail/testing";
import { open } from "#lib/secrets/live";
import { linkToken } from "#lib/subscribers/link";
import { suppressBounced } from "#lib/subscribers/list-service";
import type { Subscriber } from "#lib/subscribers/schema";
import { deleteUnconfirmed } from "#lib/subscribers/store";
import * as operations from "./subscribers.ts";
import * as subscriptions from "./subscriptions.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
let cookie: string;
let ip = 0;
beforeAll(async () => {
  app = await startTestConsole({ seeded: true });
  cookie = (await testUser("owner")).cookie;
});
afterAll(() => app.stop());

describe("a subscription", () => {
  it("begins only when the link of a mail is followed by a POST, and holds what was asked for", async () => {
    const asked = {
      email: "Ada@Example.com",
      vendors: ["OpenAI"],
      models: ["gpt-4o"],
      locale: "zh",
      name: "Ada",
    };
    expect(await subscribe(asked)).toMatchObject({
      status: 201,
      body: { email: "ada@example.com", state: "pending" },
    });
    expect(await found("ada@example.com")).toMatchObject({ state: "pending" });
    const token = await newestToken("ada@example.com");
    const path = `/api/subscriptions/confirm?token=${token}`;
    expect((await ask(subscriptions.readConfirmationOperation, "GET", path)).body).toMatchObject({
      vendors: ["openai"],
    });
    expect(await found("ada@example.com")).toMatchObject({ state: "pending" });
    const confirmed = await ask(subscriptions.confirmSubscriptionOperation, "POST", path);
    expect(confirmed.body).toMatchObject({
      state: "confirmed",
      all: false,
      vendors: ["openai"],
      models: ["gpt-4o"],
      digest: false,
      locale: "zh",
      name: "Ada",
    });
    expect((await ask(subscriptions.confirmSubscriptionOperation, "POST", path)).status).toBe(404);
  });

  it("answers the same for every address, and changes nothing of a known one until the link is followed", async () => {
    const unknown = await subscribe({ email: "new@example.com" });
    const known = await subscribe({ email: "ada@example.com", vendors: ["anthropic"] });
    await suppressBounced("new@example.com", "550 5.1.1 no such mailbox");
    const suppressed = await subscribe({ email: "new@example.com" });
    for (const one of [known, suppressed]) {
      expect([one.status, Object.keys(one.body).sort()]).toEqual([
        unknown.status,
        Object.keys(unknown.body).sort(),
      ]);
    }
    expect(await found("ada@example.com")).toMatchObject({ vendors: ["openai"], state: "confirmed" });
    expect(await mailsTo("new@example.com")).toHaveLength(1);
    expect(await found("new@example.com")).toMatchObject({ state: "suppressed" });
  });

  it("is refused for vendors and models that nobody sells, and after too many tries", async () => {
    expect(await subscribe({ email: "x@example.com", models: ["gpt-99"] })).toMatchObject({
      status: 422,
      body: { fields: { models: "there is no model gpt-99" } },
    });
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1)
      statuses.push((await subscribe({ email: "many@example.com" })).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
  });

  it("ends with one click: a POST without cookie or origin, in whatever form; again is as good", async () => {
    const token = await tokenOf("ada@example.com");
    const path = `/api/subscriptions/unsubscribe?token=${token}`;
    const looked = await ask(subscriptions.readUnsubscribe, "GET", path);
    expect(looked.body).toMatchObject({ state: "confirmed" });
    for (let click = 0; click < 2; click += 1) {
      const request = new Request(`http://console.test${path}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://mail.example" },
        body: "List-Unsubscribe=One-Click",
      });
      expect((await serve(subscriptions.unsubscribeOperation)(request)).status).toBe(200);
    }
    expect(await found("ada@example.com")).toMatchObject({
      state: "unsubscribed",
      reason: "unsubscribed by link",
    });
    const forged = path.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    expect((await ask(subscriptions.unsubscribeOperation, "POST", forged)).status).toBe(404);
  });

  it("is changed or taken up again by its link", async () => {
    const path = `/api/subscriptions/manage?token=${await tokenOf("ada@example.com")}`;
    const changed = await ask(subscriptions.changeSubscriptionOperation, "PUT", path, { digest: true });
    expect(changed.body).toMatchObject({ state: "confirmed", all: true, digest: true, vendors: [] });
  });

  it("of somebody who signs in needs no mail, and is the same row", async () => {
    const user = await testUser("customer");
    const put = (body: object) =>
      ask(subscriptions.putOwnSubscriptionOperation, "PUT", "/api/me/subscription", body, user.cookie);
    expect((await put({ vendors: ["openai"] })).body).toMatchObject({
      email: user.email,
      state: "confirmed",
    });
    expect(await found(user.email)).toMatchObject({ userId: user.id, consent: "profile" });
    await ask(subscriptions.deleteOwnSubscription, "DELETE", "/api/me/subscription", undefined, user.cookie);
    expect(await found(user.email)).toMatchObject({ state: "unsubscribed" });
  });

  it("that nobody confirms is forgotten", async () => {
    await subscribe({ email: "forgotten@example.com" });
    await prisma().subscriber.update({
      where: { email: "forgotten@example.com" },
      data: { askedAt: new Date(Date.now() - 8 * 86_400_000) },
    });
    await deleteUnconfirmed(new Date(Date.now() - 7 * 86_400_000));
    expect(await prisma().subscriber.count({ where: { email: "forgotten@example.com" } })).toBe(0);
    expect(await prisma().subscriber.count({ where: { email: "many@example.com" } })).toBe(1);
  });
});

describe("the operators' list", () => {
  it("takes people from a file by a stated consent, and brings nobody back who has left", async () => {
    const text =
      'email,name,vendors,digest,language\ngrace@example.com,"Hopper, Grace",openai,yes,zh\nnew@example.com,,,,\nnone,,,,\n';
    const path = "/api/subscribers/import";
    const without = await ask(
      operations.importSubscribersOperation,
      "POST",
      path,
      { text, consent: "" },
      cookie,
    );
    expect(without.status).toBe(422);
    const consent = "Signed up on our old page in 2025";
    const done = await ask(operations.importSubscribersOperation, "POST", path, { text, consent }, cookie);
    expect(done.body).toEqual({
      added: 1,
      known: 0,
      left: 1,
      wrong: [{ line: 4, problem: "none: an e-mail address is expected" }],
    });
    expect(await found("grace@example.com")).toMatchObject({
      state: "confirmed",
      name: "Hopper, Grace",
      vendors: ["openai"],
      digest: true,
      consent: `imported by owner: ${consent}`,
    });
    expect(await found("new@example.com")).toMatchObject({ state: "suppressed" });
  });

  it("finds by address, state and what is followed, and exports what an import reads", async () => {
    const listed = async (query: string) => {
      const { body } = await ask(
        operations.listSubscribersOperation,
        "GET",
        `/api/subscribers?${query}`,
        undefined,
        cookie,
      );
      return (body.items as Subscriber[]).map(({ email }) => email);
    };
    expect(await listed("q=GRACE")).toEqual(["grace@example.com"]);
    expect(await listed("state=suppressed")).toEqual(["new@example.com"]);
    expect(await listed("vendor=openai&digest=true")).toEqual(
      expect.arrayContaining(["grace@example.com", "ada@example.com"]),
    );
    const request = testRequest("GET", "/api/subscribers/export?state=confirmed", { cookie });
    const csv = await (await serve(operations.exportSubscribersOperation)(request)).text();
    expect(csv.split("\r\n")[0]).toMatch(/^email,name,state,vendors/);
    expect(csv).toContain('grace@example.com,"Hopper, Grace",confirmed,openai,,yes,zh,');
    const again = { text: csv, consent: "the same list once more" };
    const { body } = await ask(
      operations.importSubscribersOperation,
      "POST",
      "/api/subscribers/import",
      again,
      cookie,
    );
    expect(body).toMatchObject({ added: 0, wrong: [] });
    expect(await prisma().auditEntry.count({ where: { action: "subscriber.export" } })).toBe(1);
  });

  it("suppresses an address with a reason and restores it as it was", async () => {
    const { id } = await found("grace@example.com");
    const act = (operation: Asked, verb: string, body?: object) =>
      ask(operation, "POST", `/api/subscribers/${id}/${verb}`, body, cookie);
    const stopped = await act(operations.suppressSubscriberOperation, "suppress", {
      reason: "asked by phone",
    });
    expect(stopped.body).toMatchObject({ state: "suppressed", reason: "asked by phone" });
    expect((await act(operations.suppressSubscriberOperation, "suppress", { reason: "again" })).status).toBe(
      409,
    );
    const back = await act(operations.restoreSubscriberOperation, "restore");
    expect(back.body).toMatchObject({ state: "confirmed", reason: "", vendors: ["openai"] });
  });
});

type Asked = Parameters<typeof serve>[0];

async function ask(operation: Asked, method: string, path: string, body?: unknown, by?: string) {
  ip += 1;
  const who = by === undefined ? { headers: local } : { cookie: by };
  const options = { ip: `203.0.113.${ip % 250}`, ...who, ...(body === undefined ? {} : { body }) };
  const request = testRequest(method, path, options);
  const response = await serve(operation)(request);
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
}

/** Who is not signed in may only name a host that is near: there is no PUBLIC_URL. */
const local = { host: "localhost" };

function subscribe(body: object) {
  return ask(subscriptions.subscribeOperation, "POST", "/api/subscriptions", body);
}

function found(email: string) {
  return prisma().subscriber.findUniqueOrThrow({ where: { email } });
}

async function tokenOf(email: string): Promise<string> {
  const { id, linkKey } = await found(email);
  return linkToken(id, open(linkKey, "subscriber.link"));
}
