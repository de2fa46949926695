import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { inTransaction } from "#lib/db/transaction";
import { config } from "#lib/runtime/config";
import { queueMail } from "../service.ts";
import { startTestSmtp } from "../smtp/testing.ts";

const MAILS = 300;
const KILLS = 6;
const SENDER = `
  const { startMailSender } = await import("./lib/mail/sender/live.ts");
  const quick = { tickMs: 20, leaseMs: 1_500, deadlineMs: 1_000, lanes: 4, firstPauseMs: 20 };
  startMailSender({ by: "node", isOwnName: true, ...quick });
  setInterval(() => {}, 1_000);`;

let app: Awaited<ReturnType<typeof startTestConsole>>;
let smtp: Awaited<ReturnType<typeof startTestSmtp>>;
let child: ChildProcess | undefined;

beforeAll(async () => {
  app = await startTestConsole();
  smtp = await startTestSmtp();
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await smtp.stop();
  await app.stop();
});

it("a sender killed with kill -9, again and again, loses no mail and sends none twice", async () => {
  await inTransaction(async (tx) => {
    for (let index = 0; index < MAILS; index += 1) {
      const data = { by: "Bob", at: new Date().toISOString() };
      await queueMail(tx, { to: `r${index}@example.com`, template: "test-mail", data, locale: "en" });
    }
  });
  for (let kill = 1; kill <= KILLS; kill += 1) {
    child = startSender();
    await until(() => smtp.received.length >= Math.floor((kill * MAILS) / (KILLS + 2)));
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  child = startSender();
  await until(async () => (await countIn("queued", "retry", "sending")) === 0);

  const arrived = smtp.received.map((mail) => mail.messageId);
  expect(new Set(arrived).size).toBe(arrived.length);
  const mails = await prisma().mail.findMany();
  for (const mail of mails.filter(({ state }) => state === "sent")) expect(arrived).toContain(mail.messageId);
  const inDoubt = mails.filter(({ state }) => state === "in_doubt");
  expect(mails.filter(({ state }) => state === "sent").length + inDoubt.length).toBe(MAILS);
  // At most what was on its way when it was killed: a mail per lane and kill.
  expect(inDoubt.length).toBeLessThanOrEqual(4 * KILLS);
}, 120_000);

function startSender(): ChildProcess {
  return spawn(process.execPath, ["--input-type=module", "--eval", SENDER], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      NODE_ENV: "test",
      PATH: process.env.PATH,
      DATABASE_URL: config().databaseUrl,
      DATA_DIR: config().dataDir,
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      LOG_LEVEL: "silent",
    },
  });
}

function countIn(...states: string[]): Promise<number> {
  return prisma().mail.count({ where: { state: { in: states } } });
}

async function until(isSo: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("it did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
