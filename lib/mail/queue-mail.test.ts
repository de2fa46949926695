import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { inTransaction } from "#lib/db/transaction";
import { config, setConfig } from "#lib/runtime/config";
import { open } from "#lib/secrets/live";
import { loadLayout } from "./compose.ts";
import { createLink, deleteSpentLinks, findLink, revokeLinks, takeLink } from "./link-store.ts";
import { oneTimeMark, showToken } from "./one-time.ts";
import { queueMail } from "./service.ts";

const now = new Date("2026-11-22T08:00:00Z");
const day = 24 * 3_600_000;

let app: Awaited<ReturnType<typeof startTestConsole>>;

beforeAll(async () => {
  await loadLayout();
  app = await startTestConsole();
});
afterAll(() => app.stop());

describe("the outbox", () => {
  it("holds a mail, queued, as soon as the change that asked for it stands", async () => {
    const id = await inTransaction((tx) => queueMail(tx, testMailTo("ada@example.com")));
    const mail = await prisma().mail.findUniqueOrThrow({ where: { id } });
    expect(mail).toMatchObject({ to: "ada@example.com", state: "queued", tries: 0, template: "test-mail" });
    expect(mail.subject).toBe("Test mail from Tollgate");
    expect(mail.text).toContain("Bob sent this test");
    expect(mail.html).toContain("Bob sent this test");
    expect(mail.messageId).toBe(`<${id}@tollgate.localhost>`);
  });

  it("wears the site's name, colour and logo", async () => {
    setConfig({ ...config(), publicUrl: "https://acme.example" });
    const accent = { key: "site.accent", value: "#ffe100", revision: 1n };
    await prisma().setting.createMany({
      data: [
        { key: "site.name", value: "Acme", revision: 1n },
        accent,
        { key: "site.logo", value: { png: "aGk=", version: "abc123" }, revision: 1n },
      ],
    });
    const id = await inTransaction((tx) => queueMail(tx, testMailTo("ada@example.com")));
    const mail = await prisma().mail.findUniqueOrThrow({ where: { id } });
    expect(mail.subject).toBe("Test mail from Acme");
    expect(mail.html).toContain("https://acme.example/api/site-logo?v=abc123");
    const link = { link: "https://acme.example/x", minutes: 30, ip: null };
    const order = { to: "ada@example.com", template: "password-reset", data: link, locale: "en" } as const;
    const other = await inTransaction((tx) => queueMail(tx, order));
    const { html } = await prisma().mail.findUniqueOrThrow({ where: { id: other } });
    // Yellow, darkened until white on it can be read.
    const button = /background-color:(#[0-9a-f]{6})/.exec(
      html.slice(html.indexOf("Choose a new password</") - 2000),
    )?.[1];
    expect(html).not.toContain("background-color:#ffe100");
    expect(button).toBeDefined();
    setConfig({ ...config(), publicUrl: undefined });
    await prisma().setting.deleteMany();
  });

  it("holds nothing when that change fails", async () => {
    const failing = inTransaction(async (tx) => {
      await queueMail(tx, testMailTo("nobody@example.com"));
      throw new Error("the change failed");
    });
    await expect(failing).rejects.toThrow("the change failed");
    expect(await prisma().mail.count({ where: { to: "nobody@example.com" } })).toBe(0);
  });

  it("keeps a one-time token sealed, apart from the texts", async () => {
    const { id, token } = await inTransaction(async (tx) => {
      const { token } = await createLink(tx, { action: "password.reset", subject: "u1" }, { now });
      const link = `https://console.test/reset?token=${token}`;
      const data = { link, minutes: 30, ip: null };
      const order = {
        to: "ada@example.com",
        template: "password-reset",
        data,
        locale: "en",
        oneTime: token,
      } as const;
      return { id: await queueMail(tx, order), token };
    });
    const mail = await prisma().mail.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(mail)).not.toContain(token);
    expect(mail.text).toContain(`https://console.test/reset?token=${oneTimeMark}`);
    const restored = showToken(mail.text, open(mail.secret ?? new Uint8Array(), "mail.secret"));
    expect(restored).toContain(`https://console.test/reset?token=${token}\n`);
  });

  it("refuses to hide a token that the mail does not carry", async () => {
    const order = { ...testMailTo("ada@example.com"), oneTime: "a-token-that-is-nowhere" };
    await expect(inTransaction((tx) => queueMail(tx, order))).rejects.toThrow("does not carry its token");
  });
});

describe("a link in a mail", () => {
  it("shows as often as one looks, acts once, and only for its own action", async () => {
    const { token } = await make({ action: "invitation.accept", subject: "i1" });
    expect(await findLink("invitation.accept", token, now)).toMatchObject({ subject: "i1" });
    expect(await findLink("invitation.accept", token, now)).toMatchObject({ subject: "i1" });
    expect(await findLink("password.reset", token, now)).toBeUndefined();
    expect(await take("password.reset", token)).toBeUndefined();
    const [one, other] = await Promise.all([
      take("invitation.accept", token),
      take("invitation.accept", token),
    ]);
    expect([one, other].filter((subject) => subject === "i1")).toHaveLength(1);
    expect(await findLink("invitation.accept", token, now)).toBeUndefined();
  });

  it("still works when what it was to do has failed", async () => {
    const { token } = await make({ action: "invitation.accept", subject: "i2" });
    const failing = inTransaction(async (tx) => {
      await takeLink(tx, "invitation.accept", token, now);
      throw new Error("it failed");
    });
    await expect(failing).rejects.toThrow("it failed");
    expect(await take("invitation.accept", token)).toBe("i2");
  });

  it("works for at most a day, however long it was asked for", async () => {
    const { token, expiresAt } = await make({ action: "address.confirm", subject: "a@b.c" }, 30 * day);
    expect(expiresAt).toEqual(new Date(now.getTime() + day));
    expect(await findLink("address.confirm", token, new Date(now.getTime() + day - 1))).toBeDefined();
    expect(await findLink("address.confirm", token, expiresAt)).toBeUndefined();
    expect(await take("address.confirm", token, expiresAt)).toBeUndefined();
    expect(await deleteSpentLinks(new Date(expiresAt.getTime() + 1))).toBeGreaterThan(0);
  });

  it("ends when a newer one takes its place; those of others stay", async () => {
    const first = await make({ action: "password.reset", subject: "u1" });
    const others = await make({ action: "password.reset", subject: "u2" });
    await inTransaction((tx) => revokeLinks(tx, { action: "password.reset", subject: "u1" }, now));
    expect(await take("password.reset", first.token)).toBeUndefined();
    expect(await take("password.reset", others.token)).toBe("u2");
  });

  it("has 256 bits, and leaves only its hash behind", async () => {
    const { token } = await make({ action: "password.reset", subject: "u3" });
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const rows = await prisma().oneTimeToken.findMany();
    expect(rows.some((row) => Buffer.from(row.hash).toString("base64url") === token)).toBe(false);
  });
});

function testMailTo(to: string) {
  return { to, template: "test-mail", data: { by: "Bob", at: now.toISOString() }, locale: "en" } as const;
}

function make(target: { action: string; subject: string }, lastsMs?: number) {
  return inTransaction((tx) =>
    createLink(tx, target, { now, ...(lastsMs === undefined ? {} : { lastsMs }) }),
  );
}

function take(action: string, token: string, at = now) {
  return inTransaction((tx) => takeLink(tx, action, token, at));
}
