import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { inTransaction } from "#lib/db/transaction";
import { config, setConfig } from "#lib/runtime/config";
import { partReports } from "#lib/runtime/supervise";
import { claimMails } from "../claim-store.ts";
import { createLink } from "../link-store.ts";
import { queueMail } from "../service.ts";
import { type Behaviour, startTestSmtp } from "../smtp/testing.ts";
import { type MailSender, startMailSender } from "./live.ts";

const quick = { tickMs: 20, firstRetryMs: 20, firstPauseMs: 20, maxPauseMs: 100, idleMs: 2_000 };

let app: Awaited<ReturnType<typeof startTestConsole>>;
const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  app = await startTestConsole();
});
beforeEach(async () => {
  await prisma().mail.deleteMany();
});
afterEach(async () => {
  for (const opened of open.splice(0).reverse()) await opened.stop();
  setConfig({ ...config(), smtpUrl: undefined });
});
afterAll(() => app.stop());

describe("the mail sender", () => {
  it("hands a mail over with text, HTML and its Message-ID, and says so", async () => {
    const smtp = await start();
    sender();
    const id = await order("ada@example.com");
    const mail = await stateOf(id, "sent");
    expect(mail).toMatchObject({ tries: 1, lastError: null });
    expect(mail.sentAt).not.toBeNull();
    expect(smtp.received).toHaveLength(1);
    expect(smtp.received[0]).toMatchObject({ to: ["ada@example.com"], from: "no-reply@localhost" });
    expect(smtp.received[0]?.messageId).toBe(mail.messageId);
    expect(smtp.received[0]?.raw).toMatch(/^From: Tollgate <no-reply@localhost>/m);
    expect(smtp.received[0]?.raw).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(smtp.received[0]?.raw).toContain("Content-Type: text/plain");
    expect(smtp.received[0]?.raw).toContain("Content-Type: text/html");
  });

  it("puts the one-time token into what it sends, and forgets it then", async () => {
    const smtp = await start();
    sender();
    const { id, token } = await orderLink("ada@example.com");
    await stateOf(id, "sent");
    const sent = smtp.received[0]?.raw.replace(/=\r\n/g, "").replace(/=3D/g, "=") ?? "";
    expect(sent.split(`https://console.test/reset?token=${token}`).length).toBeGreaterThan(2);
    expect(sent).not.toContain("one-time-token-hidden");
    expect((await prisma().mail.findUniqueOrThrow({ where: { id } })).secret).toBeNull();
  });

  it("sends nothing without a mail server, and everything once there is one", async () => {
    sender();
    const id = await order("ada@example.com");
    await until(async () =>
      partReports().some(({ name, state }) => name === "mail-sender" && state === "running"),
    );
    expect(await stateOf(id, "queued")).toMatchObject({ tries: 0 });
    await start();
    await stateOf(id, "sent");
  });

  it("tries a greylisted mail again, later and later, until it is taken", async () => {
    let refused = 0;
    const smtp = await start({
      onRecipient: () => {
        refused += 1;
        return refused <= 3 ? { code: 450, text: "4.2.0 greylisted, come back later" } : undefined;
      },
    });
    sender();
    const mail = await stateOf(await order("ada@example.com"), "sent");
    expect(mail.tries).toBe(4);
    expect(smtp.received).toHaveLength(1);
  });

  it("does not hold other mails up for one that is refused for now", async () => {
    const smtp = await start({
      onRecipient: (to) => (to.startsWith("slow") ? { code: 451, text: "4.3.0 not now" } : undefined),
    });
    sender({ firstRetryMs: 600_000 });
    const slow = await order("slow@example.com");
    const others = await Promise.all([order("b@example.com"), order("c@example.com")]);
    for (const id of others) await stateOf(id, "sent");
    expect(await stateOf(slow, "retry")).toMatchObject({ tries: 1, lastError: "451 4.3.0 not now" });
    expect(smtp.received.map((mail) => mail.to[0]).sort()).toEqual(["b@example.com", "c@example.com"]);
  });

  it("tries an urgent mail at once while trouble with the server holds all others up", async () => {
    await start({ user: { name: "tollgate", password: "right one" } });
    const running = sender({ firstPauseMs: 600_000, maxPauseMs: 600_000 });
    const held = await order("ada@example.com");
    await until(async () => running.trouble() !== null);
    const later = await order("bob@example.com");
    const urgent = await stateOf(await order("eve@example.com", { isUrgent: true }), "retry");
    expect(urgent).toMatchObject({ tries: 1 });
    expect(urgent.nextTryAt.getTime()).toBeGreaterThan(Date.now());
    expect(await stateOf(held, "retry")).toMatchObject({ tries: 1 });
    expect(await stateOf(later, "queued")).toMatchObject({ tries: 0 });
  });

  it("tries an urgent mail though others were asked for before it, and trouble began with one of them", async () => {
    await start({ user: { name: "tollgate", password: "right one" } });
    const others = await Promise.all(["ada", "bob", "cem"].map((name) => order(`${name}@example.com`)));
    const urgent = await order("eve@example.com", { isUrgent: true });
    sender({ firstPauseMs: 600_000, maxPauseMs: 600_000 });
    expect(await stateOf(urgent, "retry")).toMatchObject({ tries: 1 });
    const tried = await prisma().mail.count({ where: { id: { in: others }, tries: { gt: 0 } } });
    expect(tried).toBeLessThan(3);
  });

  it("gives up at once where the server says never, and keeps its words", async () => {
    const smtp = await start({
      onRecipient: (to) =>
        to.startsWith("nobody") ? { code: 550, text: "5.1.1 no such mailbox" } : undefined,
    });
    sender();
    const mail = await stateOf(await order("nobody@example.com"), "failed");
    expect(mail).toMatchObject({ tries: 1, lastError: "550 5.1.1 no such mailbox" });
    // A later mail goes out: this one was not forgotten, but left alone.
    await stateOf(await order("ada@example.com"), "sent");
    expect(smtp.received).toHaveLength(1);
    expect(await stateOf(mail.id, "failed")).toMatchObject({ tries: 1 });
  });

  it("gives up what has been refused for two days", async () => {
    await start({ onRecipient: () => ({ code: 451, text: "4.3.0 not now" }) });
    const id = await order("ada@example.com");
    await prisma().mail.update({ where: { id }, data: { createdAt: new Date(Date.now() - 49 * 3_600_000) } });
    sender();
    expect((await stateOf(id, "failed")).lastError).toBe("Given up after 1 tries: 451 4.3.0 not now");
  });

  it("does not send a link that has expired meanwhile", async () => {
    const { id } = await orderLink("ada@example.com");
    await prisma().mail.update({ where: { id }, data: { secret: null } });
    const smtp = await start();
    sender();
    expect((await stateOf(id, "failed")).lastError).toBe("The link in it has expired.");
    expect(smtp.received).toHaveLength(0);
  });

  it("waits for a server that is away, and blames no mail for it", async () => {
    const smtp = await start();
    await smtp.stop();
    const running = sender();
    const ids = await Promise.all([order("a@example.com"), order("b@example.com"), order("c@example.com")]);
    await until(async () => running.trouble() !== null);
    expect(running.trouble()?.reason).toContain("ECONNREFUSED");
    await start();
    for (const id of ids) await stateOf(id, "sent");
    expect(running.trouble()).toBeNull();
  });

  it("says that the server refuses the sign-in, and goes on once it does not", async () => {
    const smtp = await startTestSmtp({ user: { name: "tollgate", password: "right" } });
    open.push(smtp);
    use(smtp.port, "tollgate:wrong@");
    const running = sender();
    const id = await order("ada@example.com");
    await until(async () => running.trouble() !== null);
    expect(running.trouble()?.reason).toContain("535");
    expect(JSON.stringify(await prisma().mail.findFirstOrThrow())).not.toContain("wrong@");
    use(smtp.port, "tollgate:right@");
    await stateOf(id, "sent");
  });

  it("slows down when the server asks for it", async () => {
    let asked = 0;
    await start({
      onSender: () => {
        asked += 1;
        return asked === 1 ? { code: 421, text: "4.7.0 too many mails, slow down" } : undefined;
      },
    });
    const running = sender({ firstPauseMs: 600_000, maxPauseMs: 600_000, lanes: 1 });
    const first = await order("a@example.com");
    await until(async () => running.trouble() !== null);
    expect(await stateOf(first, "retry")).toMatchObject({ tries: 1 });
    const second = await order("b@example.com");
    expect(await stateOf(second, "queued")).toMatchObject({ tries: 0 });
    expect(running.trouble()?.reason).toContain("421 4.7.0 too many mails");
    expect(Date.parse(running.trouble()?.nextTryAt ?? "")).toBeGreaterThan(Date.now() + 400_000);
    expect(asked).toBe(1);
  });

  it("hands over no more a minute than the form allows, over all nodes", async () => {
    const smtp = await start();
    const data = {
      host: "127.0.0.1",
      port: smtp.port,
      security: "none",
      sender: "a@b.example",
      perMinute: 3,
    };
    await prisma().mailServer.create({ data });
    try {
      const ids = await Promise.all(Array.from({ length: 8 }, (_, index) => order(`r${index}@example.com`)));
      sender({ by: "one" });
      sender({ by: "two" });
      await until(async () => (await prisma().mail.count({ where: { state: "sent" } })) === 3);
      expect(
        await claimMails("three", { leaseMs: 1_000, perMinute: 3, most: 9, isUrgentOnly: false }),
      ).toEqual([]);
      expect(smtp.received).toHaveLength(3);
      expect(await prisma().mail.count({ where: { id: { in: ids }, state: "queued" } })).toBe(5);
    } finally {
      await prisma().mailServer.deleteMany();
    }
  });

  it("sends each mail once, however many nodes send", async () => {
    const smtp = await start();
    const ids = await Promise.all(Array.from({ length: 60 }, (_, index) => order(`r${index}@example.com`)));
    for (const by of ["one", "two", "three"]) sender({ by });
    await until(async () => (await prisma().mail.count({ where: { state: "sent" } })) === ids.length);
    expect(new Set(smtp.received.map((mail) => mail.messageId)).size).toBe(60);
    expect(smtp.received).toHaveLength(60);
    // Several mails went over one connection.
    expect(smtp.connections()).toBeLessThan(30);
  });

  it("encrypts where the server can, on this machine without asking who signed", async () => {
    const smtp = await start({ tls: true });
    sender();
    await stateOf(await order("ada@example.com"), "sent");
    expect(smtp.received[0]?.raw).toBeDefined();
    expect(smtp.secured()).toBe(1);
  });
});

describe("a mail whose fate nobody knows", () => {
  it("is in doubt when the connection breaks after its content, and is not sent again by itself", async () => {
    const smtp = await start({ onContent: ({ to }) => (to[0]?.startsWith("ada") ? "cut" : undefined) });
    sender();
    const mail = await stateOf(await order("ada@example.com"), "in_doubt");
    expect(mail.tries).toBe(1);
    // A later mail goes out; this one waits for somebody to decide.
    await stateOf(await order("bob@example.com"), "sent");
    expect(await stateOf(mail.id, "in_doubt")).toMatchObject({ tries: 1 });
    expect(smtp.received).toHaveLength(1);
  });

  it("is sent again where the settings say that this is better than never, and no more than so often", async () => {
    await prisma().setting.create({ data: { key: "mail.resendInDoubt", value: true } });
    let asked = 0;
    const smtp = await start({
      onContent({ to }) {
        asked += 1;
        return to[0]?.startsWith("ada") && asked > 1 ? undefined : "cut";
      },
    });
    sender();
    expect(await stateOf(await order("ada@example.com"), "sent")).toMatchObject({ tries: 2 });
    expect(new Set(smtp.received.map(({ messageId }) => messageId)).size).toBe(1);
    const never = await order("bob@example.com");
    await until(async () => (await prisma().mail.findUniqueOrThrow({ where: { id: never } })).tries === 3);
    expect(await stateOf(never, "in_doubt")).toMatchObject({ tries: 3 });
    await prisma().setting.deleteMany();
  });

  it("is not sent without the document that it names, but once that can be made", async () => {
    const smtp = await start();
    let isThere = false;
    const content = new TextEncoder().encode("%PDF-");
    const attach = async () =>
      isThere ? { fileName: "receipt.pdf", contentType: "application/pdf", content } : undefined;
    sender({ attach });
    const id = await order("ada@example.com", { attachment: "receipt 1" });
    expect((await stateOf(id, "retry")).lastError).toContain("cannot be made");
    expect(smtp.received).toHaveLength(0);
    isThere = true;
    await stateOf(id, "sent");
    expect(smtp.received).toHaveLength(1);
    expect(smtp.received[0]?.raw).toContain("filename=receipt.pdf");
  });

  it("is due again when the connection breaks before its content", async () => {
    let cuts = 0;
    const smtp = await start({
      onRecipient: () => {
        cuts += 1;
        return cuts === 1 ? "cut" : undefined;
      },
    });
    sender();
    expect(await stateOf(await order("ada@example.com"), "sent")).toMatchObject({ tries: 2 });
    expect(smtp.received).toHaveLength(1);
  });

  it("is in doubt when a server takes the content and then says nothing for too long", async () => {
    const silence = Promise.withResolvers<undefined>();
    await start({ onContent: () => silence.promise });
    sender({ deadlineMs: 300 });
    const mail = await stateOf(await order("ada@example.com"), "in_doubt");
    silence.resolve(undefined);
    expect(mail.lastError).not.toBe("");
  });

  it("is due again when the server is too slow before that", async () => {
    const slow = Promise.withResolvers<undefined>();
    const smtp = await start({ onSender: () => slow.promise });
    const running = sender({ deadlineMs: 200 });
    const id = await order("ada@example.com");
    await until(async () => running.trouble() !== null);
    expect(smtp.received).toHaveLength(0);
    slow.resolve(undefined);
    await stateOf(id, "sent");
    expect(smtp.received).toHaveLength(1);
  });

  it("left by a killed sender: content under way is in doubt, the rest is due again", async () => {
    const begun = await order("begun@example.com");
    const claimed = await order("claimed@example.com");
    const othersClaim = await order("other@example.com");
    const lease = (minutes: number) => new Date(Date.now() + minutes * 60_000);
    const claim = (id: string, claimedBy: string, leaseUntil: Date, dataAt: Date | null) =>
      prisma().mail.update({
        where: { id },
        data: { state: "sending", tries: 1, claimedBy, leaseUntil, dataAt },
      });
    await claim(begun, "me", lease(2), new Date());
    await claim(claimed, "me", lease(2), null);
    await claim(othersClaim, "another", lease(2), null);
    const smtp = await start();
    sender({ by: "me", isOwnName: true });
    await stateOf(claimed, "sent");
    expect(await stateOf(begun, "in_doubt")).toMatchObject({ tries: 1 });
    // Another node's claim holds until its lease ends.
    expect(await stateOf(othersClaim, "sending")).toMatchObject({ tries: 1 });
    await prisma().mail.update({ where: { id: othersClaim }, data: { leaseUntil: lease(-1) } });
    await stateOf(othersClaim, "sent");
    expect(smtp.received.map((mail) => mail.to[0])).toEqual(["claimed@example.com", "other@example.com"]);
  });
});

async function start(behaviour: Behaviour = {}) {
  const smtp = await startTestSmtp(behaviour);
  open.push(smtp);
  use(smtp.port);
  return smtp;
}

function use(port: number, credentials = ""): void {
  setConfig({ ...config(), smtpUrl: `smtp://${credentials}127.0.0.1:${port}` });
}

function sender(options: Partial<Parameters<typeof startMailSender>[0]> = {}): MailSender {
  const running = startMailSender({ by: "node", isOwnName: false, ...quick, ...options });
  open.push(running);
  return running;
}

function order(to: string, options: { isUrgent?: boolean; attachment?: string } = {}): Promise<string> {
  const data = { by: "Bob", at: new Date().toISOString() };
  return inTransaction((tx) => queueMail(tx, { to, template: "test-mail", data, locale: "en", ...options }));
}

function orderLink(to: string): Promise<{ id: string; token: string }> {
  return inTransaction(async (tx) => {
    const { token } = await createLink(tx, { action: "password.reset", subject: "u1" }, { now: new Date() });
    const data = { link: `https://console.test/reset?token=${token}`, minutes: 30, ip: null };
    return {
      id: await queueMail(tx, { to, template: "password-reset", data, locale: "en", oneTime: token }),
      token,
    };
  });
}

async function stateOf(id: string, state: string) {
  await until(async () => (await prisma().mail.findUniqueOrThrow({ where: { id } })).state === state);
  return prisma().mail.findUniqueOrThrow({ where: { id } });
}

async function until(isSo: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("it did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
