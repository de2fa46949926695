import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { inPoolTransaction } from "#lib/db/pool";
import { resendMail } from "#lib/mail/outbox-service";
import { changePrices } from "#lib/pricing/version-service";
import { config, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { fingerprintKey } from "#lib/secrets/store";
import { newLinkKey } from "#lib/subscribers/service";
import { queueUnfinished } from "./mails-service.ts";
import { tellAccounts } from "./own-prices-service.ts";
import { createAnnouncement, updateAnnouncement, withdrawAnnouncement } from "./service.ts";

const actor = { type: "user", id: newId(), name: "Ada", role: "owner", ip: null } as const;
const GATE = 4711;
/** A multiple of six. */
const CROWD = process.env.TEST_FULL === "1" ? 10_002 : 300;

let app: Awaited<ReturnType<typeof startTestConsole>>;
let readers: string[];
beforeAll(async () => {
  app = await startTestConsole({ seeded: true });
  setConfig({ ...config(), publicUrl: "https://console.test" });
  readers = await subscribe(30);
});
afterEach(async () => {
  await prisma().announcement.deleteMany();
  await prisma().mail.deleteMany();
});
afterAll(() => app.stop());

it("stops where the announcement is withdrawn meanwhile, and the mails queued until then are not sent", async () => {
  const { id } = await publish("A mistake");
  await whileSecondWaits(async (goOn) => {
    const queueing = queueUnfinished(undefined, 1);
    await until(async () => (await prisma().announcementDelivery.count()) === 1);
    let isDone = false;
    const withdrawn = withdrawAnnouncement(actor, id, new Date()).finally(() => {
      isDone = true;
    });
    await until(async () => isDone || (await isHeldUp()));
    goOn();
    await Promise.all([queueing, withdrawn]);
  });
  expect(await prisma().announcementDelivery.count()).toBeLessThanOrEqual(2);
  const mails = await prisma().mail.findMany({ select: { state: true } });
  expect(mails.length).toBeGreaterThan(0);
  expect(mails.filter(({ state }) => state !== "failed")).toEqual([]);
});

it("puts a correction into the mails that are still to be written", async () => {
  const { id } = await publish("A mistaek");
  await whileSecondWaits(async (goOn) => {
    const queueing = queueUnfinished(undefined, 1);
    await until(async () => (await prisma().announcementDelivery.count()) === 1);
    const corrected = updateAnnouncement(actor, id, { title: "A mistake" });
    goOn();
    await Promise.all([queueing, corrected]);
  });
  const mails = await prisma().mail.findMany({ orderBy: { id: "asc" }, select: { subject: true } });
  expect(mails).toHaveLength(readers.length);
  expect(mails[0]?.subject).toContain("A mistaek");
  expect(mails.at(-1)?.subject).toContain("A mistake");
});

it("queues all others where the mails of one cannot be", async () => {
  await publish("Not to be queued");
  await publish("To be queued");
  await whileRefused("subject LIKE '%Not to be queued'", async () => {
    await expect(queueUnfinished()).rejects.toThrow("1 announcements could not be queued");
    expect(await prisma().mail.count()).toBe(readers.length);
  });
  expect(await queueUnfinished()).toMatchObject({ announcements: 1, mails: readers.length });
});

it("writes a mail once for each language and set of followed prices, however many follow them", async () => {
  const sets = [{ followsAll: true }, { vendors: ["anthropic"] }, { vendors: ["openai"] }] as const;
  const kinds = sets.flatMap((follows) => ["en", "zh"].map((locale) => ({ ...follows, locale })));
  await prisma().subscriber.updateMany({ data: { followsAll: false, vendors: ["elsewhere"] } });
  const crowd = await subscribe(CROWD, (index) => ({
    ...{ followsAll: false, vendors: [], ...kinds[index % kinds.length] },
    email: `crowd${index}@example.com`,
  }));
  const entries = [
    { model: "claude-haiku-4-5", price: { input: "0.9" } },
    { model: "gpt-4o", price: { input: "2.4" }, reason: "An offer" },
  ];
  await changePrices(actor, entries, "Two vendors");
  expect(await queueUnfinished()).toEqual({ announcements: 1, mails: CROWD, texts: 6 });
  const mails = await prisma().mail.groupBy({ by: ["subject", "locale"], _count: true });
  expect(mails.map(({ _count }) => _count)).toEqual(mails.map(() => CROWD / 6));
  expect(mails).toHaveLength(6);
  await prisma().mail.deleteMany();
  await prisma().subscriber.deleteMany({ where: { id: { in: crowd } } });
  await prisma().subscriber.updateMany({ data: { followsAll: true, vendors: [] } });
}, 60_000);

it("tells all others where one subscriber's key cannot be opened, whose mail is listed as failed and says why", async () => {
  const where = { email: "reader4@example.com" };
  const { linkKey } = await prisma().subscriber.findUniqueOrThrow({ where });
  await prisma().subscriber.update({ where, data: { linkKey: Uint8Array.from(linkKey).fill(7, 0, 8) } });
  const { id } = await publish("To everybody");
  expect(await queueUnfinished(undefined, 7)).toMatchObject({ announcements: 1, mails: readers.length });
  const mails = await prisma().mail.findMany({ where: { state: { not: "queued" } } });
  expect(mails).toMatchObject([{ to: where.email, state: "failed" }]);
  expect(mails[0]?.lastError).toContain("let them subscribe again");
  expect(await prisma().mail.count({ where: { state: "queued" } })).toBe(readers.length - 1);
  // It is neither tried again with the next look nor sent again by hand: its reader could not end it.
  expect(await prisma().announcementDelivery.count({ where: { announcementId: id } })).toBe(readers.length);
  await expect(resendMail(actor, mails[0]?.id ?? "")).rejects.toMatchObject({ code: "link_is_spent" });
  await prisma().subscriber.update({ where, data: { linkKey } });
});

it("queues nothing on a node whose master key is not the database's any more", async () => {
  const { linkKey } = await prisma().subscriber.findFirstOrThrow();
  const { value } = await prisma().setting.findUniqueOrThrow({ where: { key: fingerprintKey } });
  const rotate = async (fingerprint: string, key: Uint8Array) => {
    await prisma().setting.update({ where: { key: fingerprintKey }, data: { value: fingerprint } });
    await prisma().subscriber.updateMany({ data: { linkKey: Uint8Array.from(key) } });
  };
  await publish("By the others");
  await rotate("another", new Uint8Array(linkKey.length));
  await expect(queueUnfinished()).rejects.toThrow("1 announcements could not be queued");
  expect(await prisma().mail.count()).toBe(0);
  await rotate(String(value), linkKey);
  expect(await queueUnfinished()).toMatchObject({ announcements: 1, mails: readers.length });
});

it("tells all other accounts of their own prices where one cannot be told", async () => {
  const emails = ["first@example.com", "second@example.com"];
  const { id: versionId } = await prisma().priceVersion.findFirstOrThrow();
  for (const email of emails) {
    const { id: accountId } = await prisma().account.create({ data: { name: email, email } });
    const effectiveAt = new Date();
    await prisma().ownPricesDue.create({
      data: { versionId, accountId, changes: [], effectiveAt, base: "https://console.test" },
    });
  }
  await whileRefused("\"to\" = 'first@example.com'", async () => {
    await expect(tellAccounts()).rejects.toThrow("1 accounts could not be told");
    expect(await prisma().mail.findMany({ select: { to: true } })).toEqual([{ to: emails[1] }]);
  });
  expect(await tellAccounts()).toBe(1);
});

function publish(title: string) {
  const body = { title, text: "", titleZh: "", textZh: "", vendors: [], models: [], draft: false };
  return createAnnouncement(actor, body);
}

/** The second reader's delivery is not written before `goOn` is called. */
async function whileSecondWaits(work: (goOn: () => void) => Promise<void>): Promise<void> {
  await prisma().$executeRawUnsafe(`
    CREATE FUNCTION wait_at_second() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.subscriber_id = '${readers[1]}' THEN PERFORM pg_advisory_xact_lock(${GATE}); END IF; RETURN NEW;
    END $$`);
  await prisma().$executeRawUnsafe(
    "CREATE TRIGGER wait_at_second BEFORE INSERT ON announcement_delivery FOR EACH ROW EXECUTE FUNCTION wait_at_second()",
  );
  await inPoolTransaction(async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [GATE]);
    const opened = Promise.withResolvers<void>();
    const working = work(opened.resolve);
    await Promise.race([opened.promise, working]);
    await client.query("SELECT pg_advisory_unlock($1)", [GATE]);
    await working;
  });
  await prisma().$executeRawUnsafe("DROP FUNCTION wait_at_second CASCADE");
}

/** Somebody waits besides the second reader's delivery. */
async function isHeldUp(): Promise<boolean> {
  const rows = await prisma().$queryRaw<unknown[]>`
    SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()`;
  return rows.length > 1;
}

/** The database takes no mails of which this is true. */
async function whileRefused(which: string, work: () => Promise<void>): Promise<void> {
  await prisma().$executeRawUnsafe(
    `ALTER TABLE mail ADD CONSTRAINT refused CHECK (NOT (${which})) NOT VALID`,
  );
  await work();
  await prisma().$executeRawUnsafe("ALTER TABLE mail DROP CONSTRAINT refused");
}

async function subscribe(
  count: number,
  wishes: (index: number) => object = () => ({ followsAll: true }),
): Promise<string[]> {
  const linkKey = newLinkKey();
  const data = Array.from({ length: count }, (_, index) => ({
    id: newId(),
    email: `reader${index}@example.com`,
    state: "confirmed",
    confirmedAt: new Date(Date.now() - 1_000),
    linkKey,
    ...wishes(index),
  }));
  await prisma().subscriber.createMany({ data });
  return data.map(({ id }) => id).sort();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("it did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
