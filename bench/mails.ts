import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";
import { startAnnouncementMails } from "#lib/announcements/live";
import { createAnnouncement } from "#lib/announcements/service";
import { prisma } from "#lib/db/client";
import { startMailSender } from "#lib/mail/sender/live";
import { config, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { openMasterKey } from "#lib/secrets/live";
import { newLinkKey } from "#lib/subscribers/service";
import { openCluster } from "./logs/cluster.ts";

/**
 * How fast an announcement reaches its subscribers: `npm run bench:mails [-- --subscribers N --least N]`. A Postgres of its
 * own as the product runs it, an SMTP server in this process that takes everything, the sender as a node starts it. Fails
 * where fewer than `least` mails go out in a second.
 */
const { values } = parseArgs({
  options: { subscribers: { type: "string", default: "10000" }, least: { type: "string", default: "100" } },
});
const subscribers = Number(values.subscribers);
const least = Number(values.least);
const LATE_MS = 600_000;

/** Answers whether mails went out as fast as they have to. */
async function main(): Promise<boolean> {
  const cluster = await openCluster(undefined);
  try {
    await cluster.serve();
    await openMasterKey();
    const rate = await measure();
    if (rate < least) console.error(`FAILED: ${rate.toFixed(1)} mails/s, at least ${least} are expected`);
    return rate >= least;
  } finally {
    await cluster.end(false);
  }
}

/** Prints what it measures; answers mails per second. */
async function measure(): Promise<number> {
  await subscribe();
  const smtp = await startSmtp();
  setConfig({
    ...config(),
    smtpUrl: `smtp://127.0.0.1:${smtp.port}`,
    publicUrl: "https://gateway.example.com",
  });
  const actor = { type: "system", id: "bench", name: "Bench", role: "owner", ip: null } as const;
  const words = { title: "News", text: "**Hello** to everybody.", titleZh: "消息", textZh: "大家好。" };
  const part = startAnnouncementMails();
  await part.queued(LATE_MS);
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const publishing = performance.now();
  await createAnnouncement(actor, { ...words, vendors: [], models: [], draft: false });
  const publishedMs = performance.now() - publishing;
  await part.queued(LATE_MS);
  const queuedMs = performance.now() - publishing;
  delays.disable();
  const sending = performance.now();
  const sender = startMailSender({ by: "bench", isOwnName: true, tickMs: 20 });
  while (smtp.taken() < subscribers) {
    if (performance.now() - sending > LATE_MS)
      throw new Error(`${smtp.taken()} of ${subscribers} were taken`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seconds = (performance.now() - sending) / 1_000;
  await sender.stop();
  await part.stop();
  smtp.stop();
  console.log(
    JSON.stringify({
      subscribers,
      publishAnsweredInMs: Math.round(publishedMs),
      longestBlockWhileQueueingInMs: Math.round(delays.max / 1e6),
      queuedInSeconds: Number((queuedMs / 1_000).toFixed(2)),
      sentInSeconds: Number(seconds.toFixed(1)),
      mailsPerSecond: Math.round(subscribers / seconds),
      connections: smtp.connections(),
    }),
  );
  return subscribers / seconds;
}

async function subscribe(): Promise<void> {
  const linkKey = newLinkKey();
  const data = Array.from({ length: subscribers }, (_, index) => ({
    id: newId(),
    email: `reader${index}@example.com`,
    name: index % 2 === 0 ? `Reader ${index}` : "",
    locale: index % 3 === 0 ? "zh" : "en",
    state: "confirmed",
    confirmedAt: new Date(Date.now() - 60_000),
    linkKey,
  }));
  for (let at = 0; at < data.length; at += 2_000) {
    await prisma().subscriber.createMany({ data: data.slice(at, at + 2_000) });
  }
}

async function startSmtp() {
  let taken = 0;
  let connections = 0;
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    hideSTARTTLS: true,
    onConnect(_, done) {
      connections += 1;
      done();
    },
    onData(stream, _, done) {
      stream.resume();
      stream.on("end", () => {
        taken += 1;
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, taken: () => taken, connections: () => connections, stop: () => server.close(() => {}) };
}

const isFastEnough = await main();
process.exit(isFastEnough ? 0 : 1);
