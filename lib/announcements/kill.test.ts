import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { startTestSmtp } from "#lib/mail/smtp/testing";
import { config, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { newLinkKey } from "#lib/subscribers/service";
import { createAnnouncement } from "./service.ts";

const FULL = process.env.TEST_FULL === "1";
const SUBSCRIBERS = FULL ? 10_000 : 400;
const LANES = 8;
/** Readers of one transaction: queueing all of them takes many, so that a kill comes between two. */
const CHUNK = FULL ? 20 : 4;
const SENDER = `
  const { connectDatabase } = await import("./lib/db/client.ts");
  const { openMasterKey } = await import("./lib/secrets/live.ts");
  const { config } = await import("./lib/runtime/config.ts");
  await connectDatabase(config().databaseUrl);
  await openMasterKey();
  const { startMailSender } = await import("./lib/mail/sender/live.ts");
  const { startAnnouncementMails } = await import("./lib/announcements/live.ts");
  const { suppressBounced } = await import("./lib/subscribers/list-service.ts");
  const quick = { tickMs: 20, leaseMs: 5_000, deadlineMs: 4_000, firstRetryMs: 20, firstPauseMs: 20, maxPauseMs: 100 };
  startMailSender({ by: "node", isOwnName: true, lanes: ${LANES}, onBounce: suppressBounced, ...quick });
  startAnnouncementMails({ pollMs: 100, chunk: ${CHUNK} });
  setInterval(() => {}, 1_000);`;

let app: Awaited<ReturnType<typeof startTestConsole>>;
let smtp: Awaited<ReturnType<typeof startTestSmtp>>;
let child: ChildProcess | undefined;

const greylisted = new Set<string>();
let asked = 0;

beforeAll(async () => {
  app = await startTestConsole();
  setConfig({ ...config(), publicUrl: "https://console.test" });
  smtp = await startTestSmtp({
    onRecipient(to) {
      asked += 1;
      const number = Number(/\d+/.exec(to)?.[0]);
      if (number % 100 === 7) return { code: 550, text: "5.1.1 no such mailbox" };
      // Every tenth address is greylisted at first, every tenth mail is refused for now, every fiftieth conversation drops.
      if (number % 10 === 3 && !greylisted.has(to)) {
        greylisted.add(to);
        return { code: 451, text: "4.7.1 Greylisted, please come back" };
      }
      if (asked % 50 === 0) return "hang up";
      return asked % 10 === 0 ? { code: 452, text: "4.3.1 not now" } : undefined;
    },
  });
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await smtp.stop();
  await app.stop();
});

it(
  "tells every subscriber of an announcement once, by a server that fails, drops and greylists, through kill -9 while queueing and twice while sending",
  async () => {
    await subscribe(SUBSCRIBERS);
    const actor = { type: "user", id: newId(), name: "Ada", role: "owner", ip: null } as const;
    const body = { title: "News", text: "**Hello**", titleZh: "", textZh: "", vendors: [], models: [] };
    const { id } = await createAnnouncement(actor, { ...body, draft: false });
    // Nothing but the announcement stands when it is published: whoever looks next, from here on always another process.
    expect(await prisma().announcementDelivery.count()).toBe(0);

    let openAtKills = 0;
    const startedAt = performance.now();
    const share = (sent: number) => () => smtp.received.length >= SUBSCRIBERS * sent;
    const told = () => prisma().announcementDelivery.count({ where: { announcementId: id } });
    const isUnqueued = async () =>
      (await prisma().announcement.count({ where: { id, queuedAt: null } })) === 1;
    const isQueueing = async () => (await told()) > 0;
    for (const isTime of [isQueueing, share(0.25), share(0.6)]) {
      child = startSender();
      await until(isTime);
      openAtKills += smtp.open();
      child.kill("SIGKILL");
      await once(child, "exit");
      if (isTime !== isQueueing) continue;
      // The first kill came while mails were being queued: some stand in the outbox, and not all.
      expect(await isUnqueued()).toBe(true);
      expect(await told()).toBeGreaterThan(0);
      expect(await told()).toBeLessThan(SUBSCRIBERS);
    }
    child = startSender();
    await until(async () => !(await isUnqueued()));
    expect(await told()).toBe(SUBSCRIBERS);
    await until(async () => (await countIn("queued", "retry", "sending")) === 0);
    const seconds = (performance.now() - startedAt) / 1_000;

    const states = await prisma().mail.groupBy({ by: ["state"], _count: true });
    const count = (state: string) => states.find((one) => one.state === state)?._count ?? 0;
    if (FULL) {
      const rate = (smtp.received.length / seconds).toFixed(0);
      process.stdout.write(
        `${JSON.stringify({ arrived: smtp.received.length, inDoubt: count("in_doubt"), openAtKills, bounced: count("failed"), rate })}\n`,
      );
    }
    const arrived = smtp.received.map((mail) => mail.to[0]);
    // 0 duplicates: no reader and no Message-ID twice.
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(new Set(smtp.received.map(({ messageId }) => messageId)).size).toBe(arrived.length);
    // Nobody is left out: sent, in doubt, or known to take nothing and suppressed for that.
    expect(count("failed")).toBe(SUBSCRIBERS / 100);
    expect(await prisma().subscriber.count({ where: { state: "suppressed" } })).toBe(SUBSCRIBERS / 100);
    expect(count("sent") + count("in_doubt") + count("failed")).toBe(SUBSCRIBERS);
    const sent = await prisma().mail.findMany({ where: { state: "sent" }, select: { to: true } });
    expect(sent.filter(({ to }) => !arrived.includes(to))).toEqual([]);
    // In doubt is at most what was on its way when the sender was killed.
    expect(openAtKills).toBeLessThanOrEqual(3 * LANES);
    expect(count("in_doubt")).toBeLessThanOrEqual(openAtKills);
    // Each carries its reader's own link, which one click follows.
    const links = smtp.received.map(({ raw }) => /^List-Unsubscribe:\s*<([^>]+)>/m.exec(unfolded(raw))?.[1]);
    expect(new Set(links).size).toBe(arrived.length);
    expect(links[0]).toMatch(/^https:\/\/console.test\/api\/subscriptions\/unsubscribe\?token=[0-9a-f]{32}_/);
    expect(smtp.received[0]?.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
  },
  FULL ? 600_000 : 120_000,
);

async function subscribe(count: number): Promise<void> {
  const linkKey = newLinkKey();
  const data = Array.from({ length: count }, (_, index) => ({
    id: newId(),
    email: `reader${index}@example.com`,
    name: index % 3 === 0 ? `Reader ${index}` : "",
    locale: index % 2 === 0 ? "en" : "zh",
    state: "confirmed",
    confirmedAt: new Date(Date.now() - 1_000),
    linkKey,
    updatedAt: new Date(),
  }));
  await prisma().subscriber.createMany({ data });
}

function startSender(): ChildProcess {
  return spawn(process.execPath, ["--input-type=module", "--eval", SENDER], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      NODE_ENV: "test",
      PATH: process.env.PATH,
      DATABASE_URL: config().databaseUrl,
      DATA_DIR: config().dataDir,
      MASTER_KEY_FILE: config().masterKeyFile,
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      LOG_LEVEL: "silent",
    },
  });
}

function countIn(...states: string[]): Promise<number> {
  return prisma().mail.count({ where: { state: { in: states } } });
}

/** Headers are folded after 76 characters. */
function unfolded(raw: string): string {
  return raw.replace(/\r?\n[ \t]+/g, "");
}

async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs = FULL ? 500_000 : 90_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("it did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
