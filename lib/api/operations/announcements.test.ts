import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAnnouncementMails } from "#lib/announcements/live";
import { queueDigests, queueUnfinished } from "#lib/announcements/mails-service";
import { tellAccounts } from "#lib/announcements/own-prices-service";
import type { Announcement, VersionText } from "#lib/announcements/schema";
import { feedRoute } from "#lib/api/feed-route";
import { serve } from "#lib/api/serve";
import { startTestConsole, testRequest, testUser } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { findMail, listMails } from "#lib/mail/outbox-store";
import { newId } from "#lib/runtime/id";
import { newLinkKey } from "#lib/subscribers/service";
import * as operations from "./announcements.ts";
import * as prices from "./prices.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
let cookie: string;
let customer: Awaited<ReturnType<typeof testUser>>;
beforeAll(async () => {
  app = await startTestConsole({ seeded: true });
  cookie = (await testUser("owner")).cookie;
  customer = await testUser("customer");
  await prisma().user.update({
    where: { id: customer.id },
    data: { createdAt: new Date(Date.now() - 86_400_000) },
  });
});
afterAll(() => app.stop());

describe("a published price version", () => {
  it("is announced at once, with its figures and for everybody to read, also when it takes effect later", async () => {
    await subscriber("gpt@example.com", { models: ["gpt-4o"] });
    await subscriber("anthropic@example.com", { vendors: ["anthropic"], locale: "zh" });
    await subscriber("all@example.com", { followsAll: true, name: "Ada <A>" });
    await subscriber("daily@example.com", { followsAll: true, digest: true });
    await subscriber("nothing@example.com", { models: ["sim-chat"] });
    await subscriber("gone@example.com", { followsAll: true, state: "suppressed" });
    const effectiveAt = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const versionId = await draft([
      { model: "gpt-4o", price: { input: "2.4" }, reason: "Volume contract" },
      { model: "claude-opus-4-1", price: { input: "14" }, reason: "For the season" },
    ]);
    await call(prices.publishPriceVersionOperation, "POST", `/api/prices/versions/${versionId}/publish`, {
      effectiveAt,
    });
    const [item] = (await list(undefined)).items;
    expect(item).toMatchObject({
      kind: "prices",
      state: "published",
      versionId,
      effectiveAt,
      createdBy: null,
      mails: null,
    });
    expect(item?.models).toEqual(["claude-opus-4-1", "gpt-4o"]);
    expect(item?.title).toContain("gpt-4o");
    expect(item?.text).toContain("Volume contract");
    expect(item?.changes.find(({ model }) => model === "gpt-4o")?.units).toEqual([
      { unit: "input", when: null, before: "2.5", after: "2.4", percent: "-4" },
    ]);
    // Each subscriber has one mail, of what they follow.
    expect(await detail(item?.id)).toMatchObject({ mails: { isQueueing: true, waiting: 0 } });
    await queueUnfinished();
    const { items } = await listMails({ template: "announcement", limit: 10 });
    const found = await Promise.all(items.map(({ mail }) => findMail(mail.id)));
    const mails = found
      .flatMap((one) => (one === undefined ? [] : [one.mail]))
      .sort((left, right) => (left.to < right.to ? -1 : 1));
    expect(mails.map(({ to, state }) => `${to} ${state}`)).toEqual([
      "all@example.com queued",
      "anthropic@example.com queued",
      "gpt@example.com queued",
    ]);
    const [all, anthropic, gpt] = mails;
    expect(gpt?.subject).toBe("Tollgate: New price for gpt-4o");
    expect(gpt?.text).toContain("gpt-4o, input, per 1M tokens: $2.50 → $2.40 (−4 %)");
    expect(gpt?.text).not.toContain("claude");
    expect(anthropic).toMatchObject({ locale: "zh", subject: "Tollgate：claude-opus-4-1 价格调整" });
    expect(anthropic?.text).not.toContain("gpt-4o");
    expect(all?.text).toContain("Hello Ada <A>,");
    expect(all?.html).toContain("Hello Ada &lt;A&gt;,");
    expect(all?.text).toContain("http://console.test/subscription?token=one-time-token-hidden");
    expect(await detail(item?.id)).toMatchObject({
      mails: { isQueueing: false, waiting: 3, sent: 0, digest: 1 },
    });
  });

  it("reaches nobody twice, whoever goes on queueing", async () => {
    await prisma().announcement.updateMany({ data: { queuedAt: null } });
    await Promise.all([queueUnfinished(), queueUnfinished(), queueUnfinished()]);
    expect(await prisma().mail.count({ where: { template: "announcement" } })).toBe(3);
    expect(await prisma().announcement.count({ where: { queuedAt: null } })).toBe(0);
  });

  it("is in the day's digest of who asked for that, once", async () => {
    expect(await Promise.all([queueDigests(), queueDigests()])).toContainEqual({ mails: 1 });
    expect(await queueDigests()).toEqual({ mails: 0 });
    const digest = await prisma().mail.findMany({ where: { template: "announcement-digest" } });
    expect(digest).toHaveLength(1);
    expect(digest[0]).toMatchObject({ to: "daily@example.com", subject: "Tollgate: 1 announcement" });
  });

  it("is announced in the words written on its draft; asked for, Tollgate writes them anew", async () => {
    const versionId = await draft([{ model: "gpt-4o", price: { input: "2.3" }, reason: "Again" }]);
    const path = `/api/prices/versions/${versionId}/announcement`;
    const proposed = (await call(operations.getVersionAnnouncement, "GET", path)) as VersionText;
    expect(proposed).toMatchObject({ isEdited: false, isDraft: true, title: "New price for gpt-4o" });
    const words = { title: "Cheaper again", text: "We *negotiated*.", titleZh: "再次降价", textZh: "" };
    await call(operations.putVersionAnnouncement, "PUT", path, words);
    expect(await call(operations.proposeVersionAnnouncement, "POST", `${path}/propose`)).toEqual(proposed);
    await call(operations.putVersionAnnouncement, "PUT", path, words);
    // A draft's words are the operators'.
    expect((await list(undefined)).items.map(({ title }) => title)).not.toContain("Cheaper again");
    await call(prices.publishPriceVersionOperation, "POST", `/api/prices/versions/${versionId}/publish`, {});
    const [item] = (await list(undefined)).items;
    expect(item).toMatchObject({
      title: "Cheaper again",
      isEdited: true,
      html: "<p>We <em>negotiated</em>.</p>",
    });
    const { status } = await raw(operations.putVersionAnnouncement, "PUT", path, words);
    expect(status).toBe(409);
  });

  it("that concerns one account alone is told to that account and is nobody else's news", async () => {
    const account = await prisma().account.create({ data: { name: "Quiet", email: "quiet@example.com" } });
    const before = await prisma().announcement.count();
    const versionId = await draft([
      { accountId: account.id, model: "gpt-4o", price: { input: "2.2" }, reason: "A contract" },
    ]);
    await call(prices.publishPriceVersionOperation, "POST", `/api/prices/versions/${versionId}/publish`, {});
    expect(await prisma().announcement.count()).toBe(before);
    // Whoever tells them, they are told once.
    expect((await Promise.all([tellAccounts(), tellAccounts()])).toSorted()).toEqual([0, 1]);
    expect(await tellAccounts()).toBe(0);
    const { items } = await listMails({ template: "own-prices", limit: 10 });
    expect(items.map(({ mail: { to, state } }) => `${to} ${state}`)).toEqual(["quiet@example.com queued"]);
    expect(items[0]?.mail.text).toContain("gpt-4o, input, per 1M tokens: list price → $2.2");
    expect(items[0]?.mail.text).toContain("A contract");
  });
});

describe("an announcement that somebody writes", () => {
  it("is public at once, or stays a draft until it is published", async () => {
    const body = { title: "Maintenance", text: "On **Sunday**.", vendors: ["openai"], draft: true };
    const draft = (await call(
      operations.createAnnouncementOperation,
      "POST",
      "/api/announcements",
      body,
    )) as Announcement;
    expect(draft).toMatchObject({ state: "draft", kind: "notice", concernsAll: false });
    expect(
      (await raw(operations.getAnnouncementOperation, "GET", `/api/announcements/${draft.id}`, undefined, ""))
        .status,
    ).toBe(404);
    await call(operations.publishAnnouncementOperation, "POST", `/api/announcements/${draft.id}/publish`);
    expect(await detail(draft.id, "")).toMatchObject({ title: "Maintenance", state: "published" });
    await queueUnfinished();
    const readers = await prisma().mail.findMany({
      where: { subject: "Tollgate: Maintenance" },
      select: { to: true },
    });
    expect(readers.map(({ to }) => to)).toEqual(["all@example.com"]);
  });

  it("withdrawn, is on no page and in no feed, and its waiting mails are not sent", async () => {
    const body = { title: "A mistake", text: "" };
    const { id } = (await call(
      operations.createAnnouncementOperation,
      "POST",
      "/api/announcements",
      body,
    )) as Announcement;
    await queueUnfinished();
    await call(operations.withdrawAnnouncementOperation, "POST", `/api/announcements/${id}/withdraw`);
    expect((await list(undefined)).items.map((item) => item.id)).not.toContain(id);
    expect(
      (await raw(operations.getAnnouncementOperation, "GET", `/api/announcements/${id}`, undefined, ""))
        .status,
    ).toBe(404);
    const mails = await prisma().mail.findMany({ where: { subject: "Tollgate: A mistake" } });
    expect(new Set(mails.map(({ state }) => state))).toEqual(new Set(["failed"]));
    expect(await (await feedRoute("rss")(testRequest("GET", "/announcements/rss.xml"))).text()).not.toContain(
      "A mistake",
    );
  });

  it("withdrawn before its mails are queued, causes none", async () => {
    const body = { title: "Too soon", text: "" };
    const made = await call(operations.createAnnouncementOperation, "POST", "/api/announcements", body);
    const { id } = made as Announcement;
    await call(operations.withdrawAnnouncementOperation, "POST", `/api/announcements/${id}/withdraw`);
    await queueUnfinished();
    expect(await prisma().mail.count({ where: { subject: "Tollgate: Too soon" } })).toBe(0);
  });

  it("is queued by this node's part without anybody's asking again", async () => {
    const part = startAnnouncementMails();
    const body = { title: "At once", text: "" };
    const made = await call(operations.createAnnouncementOperation, "POST", "/api/announcements", body);
    await part.queued(30_000);
    const { id } = made as Announcement;
    expect(await detail(id)).toMatchObject({ mails: { isQueueing: false, waiting: 4, digest: 1 } });
    await part.stop();
    await call(operations.withdrawAnnouncementOperation, "POST", `/api/announcements/${id}/withdraw`);
  });

  it("stands in the portal's banner until it is dismissed", async () => {
    const news = async () =>
      (
        (await call(operations.getNews, "GET", "/api/me/news", undefined, customer.cookie)) as {
          news: Announcement | null;
        }
      ).news;
    const shown = await news();
    expect(shown?.title).toBe("Maintenance");
    await call(operations.dismissNews, "POST", "/api/me/news/dismiss", { id: shown?.id }, customer.cookie);
    expect(await news()).toBeNull();
  });
});

async function draft(entries: object[]): Promise<string> {
  const answer = await call(prices.createPriceVersionOperation, "POST", "/api/prices/versions", { entries });
  return (answer as { id: string }).id;
}

async function list(by: string | undefined) {
  const path = "/api/announcements";
  return (await call(operations.listAnnouncementsOperation, "GET", path, undefined, by ?? "")) as {
    items: Announcement[];
  };
}

async function detail(id: string | undefined, by = cookie): Promise<unknown> {
  return call(operations.getAnnouncementOperation, "GET", `/api/announcements/${id}`, undefined, by);
}

type Asked = Parameters<typeof serve>[0];

function raw(operation: Asked, method: string, path: string, body?: unknown, by = cookie): Promise<Response> {
  return serve(operation)(
    testRequest(method, path, {
      ...(by === "" ? {} : { cookie: by }),
      ...(body === undefined ? {} : { body }),
    }),
  );
}

async function call(
  operation: Asked,
  method: string,
  path: string,
  body?: unknown,
  by = cookie,
): Promise<unknown> {
  const response = await raw(operation, method, path, body, by);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

async function subscriber(
  email: string,
  {
    followsAll = false,
    vendors = [] as string[],
    models = [] as string[],
    digest = false,
    locale = "en",
    name = "",
    state = "confirmed",
  },
): Promise<void> {
  const endedAt = state === "suppressed" ? new Date() : null;
  const confirmedAt = new Date(Date.now() - 5_000);
  const data = {
    id: newId(),
    email,
    name,
    followsAll,
    vendors,
    models,
    digest,
    locale,
    state,
    endedAt,
    confirmedAt,
  };
  await prisma().subscriber.create({ data: { ...data, linkKey: newLinkKey() } });
}
