import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serve } from "#lib/api/serve";
import { testRequest } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { inTransaction } from "#lib/db/transaction";
import { createLink } from "#lib/mail/link-store";
import { startMailSender } from "#lib/mail/sender/live";
import { queueMail } from "#lib/mail/service";
import { startTestSmtp } from "#lib/mail/smtp/testing";
import { config, setConfig } from "#lib/runtime/config";
import {
  deleteMailServerOperation,
  getMailServer,
  putMailServerOperation,
  sendTestMailOperation,
} from "./mail-server.ts";
import { getMail, listOutbox, resendMailOperation } from "./outbox.ts";
import { startTestApi } from "./testing.ts";
import { createTokenOperation } from "./tokens.ts";

const server = {
  host: "mail.example.com",
  port: 587,
  security: "starttls",
  sender: "Acme <no-reply@example.com>",
};

let api: Awaited<ReturnType<typeof startTestApi>>;

beforeAll(async () => {
  api = await startTestApi();
});
afterEach(async () => {
  await prisma().mail.deleteMany();
  await prisma().mailServer.deleteMany();
  setConfig({ ...config(), smtpUrl: undefined });
});
afterAll(() => api.stop());

describe("the outbox API", () => {
  it("lists what was asked for, newest first, page by page, and finds it by address, state and kind", async () => {
    const ids: string[] = [];
    for (const to of ["ada@example.com", "Bob@Example.com", "ada@other.example"]) ids.push(await order(to));
    const first = await api.call(listOutbox, { query: { limit: 2 } });
    expect(first.body.items[0]).toMatchObject({
      to: "ada@other.example",
      subject: "Test mail from Tollgate",
      state: "queued",
      tries: 0,
      lastError: null,
    });
    expect(first.body.items[0].text).toContain("Bob sent this test");
    expect(first.body.items[0]).not.toHaveProperty("html");
    const rest = await api.call(listOutbox, { query: { limit: 2, cursor: first.body.nextCursor } });
    const listed = [...first.body.items, ...rest.body.items].map((mail) => mail.id);
    expect(listed).toEqual(ids.reverse());
    const found = async (query: Record<string, string>) =>
      (await api.call(listOutbox, { query })).body.items.map((mail: { to: string }) => mail.to);
    expect(await found({ to: "bob" })).toEqual(["Bob@Example.com"]);
    expect(await found({ state: "sent" })).toEqual([]);
    expect(await found({ template: "test-mail", to: "other" })).toEqual(["ada@other.example"]);
    expect((await api.call(listOutbox, { query: { state: "lost" } })).status).toBe(422);
  });

  it("shows one mail with its HTML; knows no other", async () => {
    const id = await order("ada@example.com");
    const mail = await api.call(getMail, { params: { id } });
    expect(mail.body).toMatchObject({ id, template: "test-mail", locale: "en", hidesToken: false });
    expect(mail.body.html).toContain("<html");
    expect((await api.call(getMail, { params: { id: "nothing" } })).status).toBe(404);
    expect((await api.call(resendMailOperation, { params: { id: crypto.randomUUID() } })).status).toBe(404);
  });

  it("hides one-time tokens, but from an owner while there is no mail server", async () => {
    const { id, token } = await orderLink("ada@example.com");
    const sees = async (call: typeof api.call) => {
      const [list, one] = await Promise.all([call(listOutbox), call(getMail, { params: { id } })]);
      const texts = JSON.stringify([list.body, one.body]);
      expect(texts).toContain("https://console.test/reset?token=");
      return texts.includes(token);
    };
    expect(await sees(api.call)).toBe(true);
    expect(await sees(await api.as("operator"))).toBe(false);
    setConfig({ ...config(), smtpUrl: "smtp://127.0.0.1:1" });
    expect(await sees(api.call)).toBe(false);
  });

  it("hides them from programs: with a link one could become somebody", async () => {
    const { id, token } = await orderLink("ada@example.com");
    const made = await api.call(createTokenOperation, { body: { name: "robot", role: "owner" } });
    const request = testRequest("GET", `/api/outbox/${id}`, { token: made.body.secret });
    const answer = await (await serve(getMail)(request)).text();
    expect(answer).toContain("one-time-token-hidden");
    expect(answer).not.toContain(token);
  });

  it("is for operators: support staff see no mails", async () => {
    const support = await api.as("support");
    expect((await support(listOutbox)).status).toBe(403);
    expect((await support(resendMailOperation, { params: { id: await order("a@b.example") } })).status).toBe(
      403,
    );
  });
});

describe("sending again", () => {
  it.each(["failed", "in_doubt", "retry", "sent"])(
    "a mail that is %s keeps its Message-ID",
    async (state) => {
      const id = await order("ada@example.com");
      const data = { state, tries: 3, lastError: "450 not now", nextTryAt: new Date(Date.now() + 3_600_000) };
      const before = await prisma().mail.update({ where: { id }, data });
      const again = await api.call(resendMailOperation, { params: { id } });
      expect(again).toMatchObject({ status: 200, body: { state: "queued", lastError: null } });
      expect(again.body.messageId).toBe(before.messageId);
      expect(Date.parse(again.body.nextTryAt)).toBeLessThanOrEqual(Date.now() + 1_000);
      const entry = await prisma().auditEntry.findFirst({ where: { action: "mail.resend", targetId: id } });
      expect(entry?.before).toMatchObject({ state, tries: 3 });
    },
  );

  it("is refused while a mail is being sent, and where its one-time link is spent", async () => {
    const { id } = await orderLink("ada@example.com");
    const claim = { claimedBy: "node", leaseUntil: new Date(Date.now() + 60_000) };
    await prisma().mail.update({ where: { id }, data: { state: "sending", ...claim } });
    const busy = await api.call(resendMailOperation, { params: { id } });
    expect(busy).toMatchObject({ status: 409, body: { code: "mail_is_being_sent" } });
    const data = { state: "sent", secret: null, claimedBy: null, leaseUntil: null };
    await prisma().mail.update({ where: { id }, data });
    const spent = await api.call(resendMailOperation, { params: { id } });
    expect(spent).toMatchObject({ status: 409, body: { code: "link_is_spent" } });
  });
});

describe("the mail server API", () => {
  it("knows none at first, then SMTP_URL, then what was entered; never the password", async () => {
    expect((await api.call(getMailServer)).body).toMatchObject({
      source: "none",
      hasPassword: false,
      waiting: 0,
    });
    setConfig({ ...config(), smtpUrl: "smtp://ada:hunter2@env.example.com" });
    const fromUrl = await api.call(getMailServer);
    expect(fromUrl.body).toMatchObject({ source: "environment", host: "env.example.com", username: "ada" });
    const put = await api.call(putMailServerOperation, {
      body: { ...server, username: "ada", password: "hunter2" },
    });
    expect(put).toMatchObject({
      status: 200,
      body: { source: "form", host: "mail.example.com", hasPassword: true },
    });
    const read = await api.call(getMailServer);
    expect(JSON.stringify([fromUrl.body, put.body, read.body])).not.toContain("hunter2");
    const row = await prisma().mailServer.findFirstOrThrow();
    expect(Buffer.from(row.password ?? []).toString("latin1")).not.toContain("hunter2");
    const entries = await prisma().auditEntry.findMany({ where: { action: "mail-server.update" } });
    expect(entries[0]?.after).toMatchObject({ host: "mail.example.com", hasNewPassword: true });
    expect((await api.call(deleteMailServerOperation)).status).toBe(204);
    expect((await api.call(getMailServer)).body).toMatchObject({ source: "environment" });
  });

  it("is not entered over what somebody else has entered meanwhile", async () => {
    const read = { "if-match": (await api.call(getMailServer)).headers.get("etag") ?? "" };
    const put = (host: string, headers: Record<string, string>) =>
      api.call(putMailServerOperation, { body: { ...server, host }, headers });
    expect((await put("theirs.example", read)).status).toBe(200);
    const stale = await put("mine.example", read);
    expect(stale).toMatchObject({
      status: 409,
      body: { code: "stale", current: { host: "theirs.example" } },
    });
    const fresh = { "if-match": stale.headers.get("etag") ?? "" };
    expect((await put("mine.example", fresh)).body.host).toBe("mine.example");
    expect((await api.call(deleteMailServerOperation)).status).toBe(204);
  });

  it("keeps the password where nothing else of weight changes, and wants it again where something does", async () => {
    const body = { ...server, username: "ada" };
    await api.call(putMailServerOperation, { body: { ...body, password: "hunter2" } });
    const kept = await api.call(putMailServerOperation, {
      body: { ...body, sender: "a@b.example", perMinute: 60 },
    });
    expect(kept.body).toMatchObject({ hasPassword: true, sender: "a@b.example", perMinute: 60 });
    for (const change of [
      { host: "evil.example" },
      { port: 25 },
      { security: "none" },
      { username: "eve" },
    ]) {
      const refused = await api.call(putMailServerOperation, { body: { ...body, ...change } });
      expect(refused).toMatchObject({ status: 422, body: { fields: { password: expect.any(String) } } });
    }
    const without = await api.call(putMailServerOperation, {
      body: { ...body, host: "new.example", password: null },
    });
    expect(without.body).toMatchObject({ host: "new.example", hasPassword: false });
  });

  it("refuses what cannot be", async () => {
    for (const [field, value] of [
      ["host", "http://mail.example.com"],
      ["port", 0],
      ["security", "maybe"],
      ["sender", "not an address"],
      ["perMinute", 0],
    ] as const) {
      const refused = await api.call(putMailServerOperation, { body: { ...server, [field]: value } });
      expect([field, refused.status, Object.keys(refused.body.fields)]).toEqual([field, 422, [field]]);
    }
  });

  it("is the owner's, who enters the password again for it", async () => {
    const operator = await api.as("operator");
    expect((await operator(putMailServerOperation, { body: server })).status).toBe(403);
    expect((await operator(sendTestMailOperation, { body: {} })).status).toBe(403);
    const lateOwner = await api.as("owner", 16 * 60_000);
    const asked = await lateOwner(putMailServerOperation, { body: server });
    expect(asked).toMatchObject({ status: 403, body: { code: "reauthentication_required" } });
  });

  it("sends me a test, and the outbox shows how it fared", async () => {
    expect(await api.call(sendTestMailOperation, { body: {} })).toMatchObject({
      status: 409,
      body: { code: "no_mail_server" },
    });
    const smtp = await startTestSmtp({ user: { name: "ada", password: "hunter2" } });
    const entered = { ...server, host: "127.0.0.1", port: smtp.port, security: "none", username: "ada" };
    await api.call(putMailServerOperation, { body: { ...entered, password: "wrong" } });
    const sender = startMailSender({ by: "node", isOwnName: false, tickMs: 20, firstPauseMs: 60_000 });
    try {
      const test = await api.call(sendTestMailOperation, { body: {} });
      expect(test).toMatchObject({ status: 201, body: { state: "queued", template: "test-mail" } });
      const refused = await settled(test.body.id, "retry");
      expect(refused.lastError).toContain("535");
      expect((await api.call(getMailServer)).body.trouble.reason).toContain("535");
      // The right password: what waits goes out at once.
      await api.call(putMailServerOperation, { body: { ...entered, password: "hunter2" } });
      expect(await settled(test.body.id, "sent")).toMatchObject({ to: test.body.to });
      expect((await api.call(getMailServer)).body).toMatchObject({ trouble: null, waiting: 0 });
      expect(smtp.received[0]?.to[0]).toMatch(/^owner-.*@example\.com$/);
      expect(smtp.received[0]?.from).toBe("no-reply@example.com");
      const elsewhere = await api.call(sendTestMailOperation, { body: { to: "ops@example.com" } });
      await settled(elsewhere.body.id, "sent");
    } finally {
      await sender.stop();
      await smtp.stop();
    }
  });
});

function order(to: string): Promise<string> {
  const data = { by: "Bob", at: new Date().toISOString() };
  return inTransaction((tx) => queueMail(tx, { to, template: "test-mail", data, locale: "en" }));
}

function orderLink(to: string): Promise<{ id: string; token: string }> {
  return inTransaction(async (tx) => {
    const { token } = await createLink(tx, { action: "password.reset", subject: "u1" }, { now: new Date() });
    const data = { link: `https://console.test/reset?token=${token}`, minutes: 30, ip: null };
    const ordered = { to, template: "password-reset", data, locale: "en", oneTime: token } as const;
    return { id: await queueMail(tx, ordered), token };
  });
}

async function settled(id: string, state: string) {
  for (const until = Date.now() + 15_000; Date.now() < until; ) {
    const { body } = await api.call(getMail, { params: { id } });
    if (body.state === state) return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the mail did not become ${state}`);
}
