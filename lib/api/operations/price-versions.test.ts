import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { loadPublishedVersions } from "#lib/pricing/store";
import { makePriceTable } from "#lib/pricing/versions";
import { createAccountOperation } from "./accounts.ts";
import { listAuditLog } from "./audit-log.ts";
import { createGroupOperation, getGroupOperation, updateGroupOperation } from "./groups.ts";
import { getModelOperation, putModelOperation } from "./models.ts";
import {
  createPriceVersionOperation as create,
  diffPriceVersionsOperation as diff,
  discardPriceVersionOperation as discard,
  exportPriceVersionOperation as exportVersion,
  getPriceVersionOperation as get,
  importPriceVersionOperation as importVersion,
  listPriceVersionsOperation as list,
  publishPriceVersionOperation as publish,
  rollBackPricesOperation as rollBack,
  updatePriceVersionOperation as update,
} from "./prices.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
});
afterAll(() => api.stop());

const draftOf = async (entries: object[], note?: string) =>
  api.call(create, { body: { entries, ...(note === undefined ? {} : { note }) } });
const published = async (entries: object[], effectiveAt?: string) => {
  const made = await draftOf(entries);
  expect(made.status).toBe(201);
  const answer = await api.call(publish, {
    params: { id: made.body.id },
    body: effectiveAt === undefined ? {} : { effectiveAt },
  });
  expect(answer.status).toBe(200);
  return answer.body;
};
/** What a call is billed by at a moment, as the gateway looks it up. */
const priceAt = async (modelId: string, atMs: number, groupId = "default") =>
  makePriceTable(await loadPublishedVersions()).resolve(modelId, groupId, accountId, atMs);

describe("a draft", () => {
  it("names what changes and carries the rest of the price over, by multiplier and by USD", async () => {
    const made = await draftOf([
      { model: "claude-sonnet-4-5", modelMultiplier: "1.2" },
      { model: "gemini-2.5-flash", price: { output: 2 } },
      { group: "training", multiplier: 0.9 },
      { accountId, model: "deepseek-chat", official: true },
    ]);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: "draft", effectiveAt: null, entryCount: 4 });
    const entry = (model: string) =>
      made.body.entries.find((one: { model: string | null }) => one.model === model);
    // Every kind of token moved with the model multiplier: output stays 5 × input.
    expect(entry("claude-sonnet-4-5")).toMatchObject({
      price: { input: "2.4", output: "12", cacheRead: "0.24" },
      multipliers: { model: "1.2", completion: "5", cacheRead: "0.1" },
    });
    expect(entry("gemini-2.5-flash").price).toMatchObject({ input: "0.3", output: "2" });
    expect(entry("deepseek-chat")).toMatchObject({ kind: "account", accountId });
  });

  it("costs nobody anything, is changed, and is gone when it is discarded", async () => {
    const { id } = (await draftOf([{ model: "claude-sonnet-4-5", modelMultiplier: "1.2" }])).body;
    expect((await priceAt("claude-sonnet-4-5", Date.now() + 60_000))?.components.input?.num).toBe(3000n);
    const changed = await api.call(update, {
      params: { id },
      body: { note: "Spring", entries: [{ group: "training", multiplier: "0.95" }] },
    });
    expect(changed.body).toMatchObject({ note: "Spring", entryCount: 1, entries: [{ multiplier: "0.95" }] });
    expect((await api.call(discard, { params: { id } })).status).toBe(204);
    expect((await api.call(get, { params: { id } })).status).toBe(404);
  });

  it.each([
    [{ model: "no-such-model", modelMultiplier: 1 }, "entries.0.model"],
    [{ group: "no-such-line", multiplier: 1 }, "entries.0.group"],
    [{ model: "gpt-4o", modelMultiplier: -1 }, "entries.0.modelMultiplier"],
    [{ model: "gpt-4o", price: { input: "1,5" } }, "entries.0.price.input"],
    [{ model: "gpt-4o", price: { inputs: "1" } }, "entries.0.price.inputs"],
    [{ model: "gpt-4o" }, "entries.0.model"],
    [{ group: "training" }, "entries.0.multiplier"],
    [{ group: "training", multiplier: 1, model: "gpt-4o" }, "entries.0.group"],
    [{ model: "gpt-4o", official: true, withdrawn: true }, "entries.0.model"],
    [
      { accountId: "00000000-0000-7000-8000-000000000000", model: "gpt-4o", official: true },
      "entries.0.accountId",
    ],
  ])("that says %j is refused at the field", async (entry, field) => {
    const answer = await draftOf([entry]);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.fields)).toContain(field);
  });

  it("that names a thing twice is refused", async () => {
    const answer = await draftOf([
      { model: "gpt-4o", official: true },
      { model: "gpt-4o", withdrawn: true },
    ]);
    expect(answer).toMatchObject({ status: 422, body: { fields: { "entries.1.model": "is named twice" } } });
  });
});

describe("a typed reason", () => {
  it.each([
    ["above the official price", { model: "claude-sonnet-4-5", price: { input: "3.01" } }],
    ["below half of it", { model: "claude-sonnet-4-5", price: { output: "7.49" } }],
    ["more than ten times what it was", { group: "training", multiplier: "10.01" }],
    ["free from one day to the next", { group: "training", multiplier: 0 }],
    ["away from the official price that it follows", { model: "gpt-4o", modelMultiplier: "1.2" }],
    ["an account's own price below half", { accountId: null, model: "gpt-4o", price: { input: "1" } }],
  ])("is asked for where a price is %s", async (_, entry) => {
    const body = "accountId" in entry ? { ...entry, accountId } : entry;
    const refused = await draftOf([body]);
    expect(refused).toMatchObject({ status: 422, body: { code: "reason_required" } });
    expect(Object.keys(refused.body.fields)).toEqual(["entries.0.reason"]);
    expect((await draftOf([{ ...body, reason: "  " }])).body.code).toBe("reason_required");
    expect((await draftOf([{ ...body, reason: "Agreed with the vendor" }])).status).toBe(201);
  });

  it.each([
    ["half the official price", { model: "claude-sonnet-4-5", modelMultiplier: "0.75" }],
    ["the official price", { model: "gpt-4o", official: true }],
    ["no price any more", { model: "gpt-4o", withdrawn: true }],
    ["ten times", { group: "training", multiplier: "10" }],
  ])("is not asked for %s", async (_, entry) => {
    expect((await draftOf([entry])).status).toBe(201);
  });

  it("makes a model that followed the official price manual, and is shown with it", async () => {
    await published([{ model: "gpt-4o", modelMultiplier: "1", reason: "Volume contract" }]);
    expect((await api.call(getModelOperation, { params: { id: "gpt-4o" } })).body).toMatchObject({
      syncPolicy: "manual",
      statedReason: "Volume contract",
    });
  });
});

describe("publishing", () => {
  it("takes effect 2 s from now by the database's clock, and not a moment before", async () => {
    const before = Date.now();
    const version = await published([
      { model: "gpt-4o-mini", official: true },
      { group: "training", multiplier: "0.8" },
    ]);
    const at = Date.parse(version.effectiveAt);
    expect(version.state).toBe("scheduled");
    expect(at).toBeGreaterThanOrEqual(before + 2_000);
    expect(at).toBeLessThan(Date.now() + 4_000);
    const price = (atMs: number) => priceAt("gpt-4o-mini", atMs, "training");
    expect((await price(at - 1))?.groupMultiplier).toEqual({ num: 1n, den: 1n });
    expect(await price(at)).toMatchObject({ versionId: version.id, groupMultiplier: { num: 4n, den: 5n } });
  });

  it("supersedes what was in force at its time, of which exactly one version is at any moment", async () => {
    const stateOf = async (id: string) => (await api.call(get, { params: { id } })).body.state;
    const draft = await draftOf([{ model: "gemini-2.5-flash-lite", price: { output: "0.39" } }]);
    expect(draft.body.state).toBe("draft");
    const first = await published([{ model: "gemini-2.5-flash", price: { output: "2.4" } }]);
    const second = await published([{ model: "gemini-2.5-flash", price: { output: "2.3" } }]);
    expect([first.state, await stateOf(second.id)]).toEqual(["scheduled", "scheduled"]);
    await expect.poll(() => stateOf(second.id), { timeout: 10_000 }).toBe("published");
    expect(await stateOf(first.id)).toBe("superseded");
    // A draft stays one, and so does what comes later.
    expect(await stateOf(draft.body.id)).toBe("draft");
    const { items } = (await api.call(list, { query: { limit: 500 } })).body;
    const inForce = items.filter(({ state }: { state: string }) => state === "published");
    expect(inForce.map(({ id }: { id: string }) => id)).toEqual([second.id]);
    // What the second does not name carries over from the versions that it supersedes.
    const carried = await priceAt("gemini-2.5-flash", Date.now());
    expect(carried?.components).toMatchObject({
      input: { num: 300n, den: 1n },
      output: { num: 2300n, den: 1n },
    });
  });

  it("is put off to when it was asked for; a time that has passed means now", async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const scheduled = await published([{ group: "training", multiplier: "0.7" }], later);
    expect(scheduled).toMatchObject({ state: "scheduled", effectiveAt: later });
    const past = await published([{ group: "enterprise", multiplier: "0.9" }], "2020-01-01T00:00:00Z");
    expect(Date.parse(past.effectiveAt)).toBeGreaterThan(Date.now());
  });

  it("happens once: the second is told so, and what is published is never edited", async () => {
    const { id } = (await draftOf([{ group: "enterprise", multiplier: "0.85" }])).body;
    const both = await Promise.all([
      api.call(publish, { params: { id }, body: {} }),
      api.call(publish, { params: { id }, body: {} }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    for (const answer of [
      await api.call(update, { params: { id }, body: { note: "other" } }),
      await api.call(discard, { params: { id } }),
    ])
      expect(answer).toMatchObject({ status: 409, body: { code: "already_published" } });
    await expect(
      prisma().priceEntry.updateMany({ where: { versionId: id }, data: { multiplier: "9" } }),
    ).rejects.toThrow();
  });

  it("leaves an audit entry with what the prices were and what they are", async () => {
    const version = await published([{ model: "claude-haiku-4-5", price: { input: "0.9" } }]);
    const { items } = (
      await api.call(listAuditLog, {
        query: { action: "price-version.publish", targetId: version.id },
      })
    ).body;
    expect(items).toMatchObject([
      {
        before: { prices: { "claude-haiku-4-5": { input: "1" } } },
        after: { effectiveAt: version.effectiveAt, prices: { "claude-haiku-4-5": { input: "0.9" } } },
      },
    ]);
  });

  it("of an empty draft is refused", async () => {
    const { id } = (await draftOf([])).body;
    expect((await api.call(publish, { params: { id }, body: {} })).status).toBe(422);
  });
});

describe("comparing and going back", () => {
  it("shows what differs between any two versions, by unit and in percent", async () => {
    const [first] = (await api.call(list, { query: { limit: 500 } })).body.items.slice(-1);
    const later = await published([{ model: "gemini-2.5-pro", modelMultiplier: "0.5" }]);
    const { items } = (await api.call(diff, { params: { id: later.id }, query: { against: first.id } })).body;
    const change = items.find((one: { model: string | null }) => one.model === "gemini-2.5-pro");
    expect(change).toMatchObject({
      vendor: "google",
      units: expect.arrayContaining([
        { unit: "input", when: null, before: "1.25", after: "1", official: "1.25", percent: "-20" },
      ]),
      causes: [],
    });
    // Without another version: against what stood right before, so that one change alone is left.
    const own = (await api.call(diff, { params: { id: later.id } })).body.items;
    expect(own.map((one: { model: string }) => one.model)).toEqual(["gemini-2.5-pro"]);
    expect((await api.call(diff, { params: { id: later.id }, query: { against: "1" } })).status).toBe(404);
  });

  it("is a new version that brings every price back to what it was", async () => {
    const [first] = (await api.call(list, { query: { limit: 500 } })).body.items.slice(-1);
    const back = await api.call(rollBack, { params: { id: first.id }, body: { reason: "A typing error" } });
    expect(back).toMatchObject({
      status: 201,
      body: { state: "draft", note: "Back to version 1: A typing error" },
    });
    const answer = await api.call(publish, { params: { id: back.body.id }, body: {} });
    expect(answer.status).toBe(200);
    // What is scheduled for later still comes.
    const at = Date.parse(answer.body.effectiveAt);
    expect((await priceAt("gemini-2.5-pro", at))?.components.input).toEqual({ num: 1250n, den: 1n });
    expect((await priceAt("gemini-2.5-pro", at, "enterprise"))?.groupMultiplier).toEqual({
      num: 1n,
      den: 1n,
    });
  });
});

describe("import and export", () => {
  it("reads back what it wrote, as CSV and as JSON", async () => {
    const entries = [
      {
        model: "claude-sonnet-4-5",
        price: { output: "14", cacheRead: "0.29" },
        reason: 'said "yes", agreed',
      },
      { model: "gpt-4o-mini", withdrawn: true },
      { accountId, model: "deepseek-chat", official: true },
      { group: "training", multiplier: "25/27" },
    ];
    const { body: made } = await draftOf(entries);
    for (const format of ["csv", "json"]) {
      const text = (await api.call(exportVersion, { params: { id: made.id }, query: { format } })).body;
      const again = await api.call(importVersion, {
        body: { text: typeof text === "string" ? text : JSON.stringify(text) },
      });
      expect(again.status).toBe(201);
      const byKey = (list: { model: string | null; group: string | null }[]) =>
        [...list].sort((left, right) =>
          `${left.model}${left.group}`.localeCompare(`${right.model}${right.group}`),
        );
      expect(byKey(again.body.entries)).toEqual(byKey(made.entries));
    }
  });

  it("takes a spreadsheet's cells as they are pasted", async () => {
    const text = "Model\tInput\tOutput\r\nclaude-sonnet-4-5\t$2.90\t14.5\r\nclaude-haiku-4-5\t\t4,9\r\n";
    const refused = await api.call(importVersion, { body: { text } });
    expect(refused.body.fields).toEqual({ "line 3": expect.stringContaining("price.output") });
    const taken = await api.call(importVersion, { body: { text: text.replace("4,9", "4.9") } });
    expect(taken.body.entries).toMatchObject([
      { model: "claude-haiku-4-5", price: { input: "1", output: "4.9" } },
      { model: "claude-sonnet-4-5", price: { input: "2.9", output: "14.5" } },
    ]);
  });

  it("gives the whole price list under a version", async () => {
    const [first] = (await api.call(list, { query: { limit: 500 } })).body.items.slice(-1);
    const text = (await api.call(exportVersion, { params: { id: first.id }, query: { all: "true" } })).body;
    expect(text.trim().split("\n").length).toBe(first.entryCount + 1);
  });
});

describe("a change on its own page", () => {
  it("of a line's multiplier makes a version, once", async () => {
    const made = await api.call(createGroupOperation, { body: { name: "Night shift", multiplier: "0.6" } });
    expect(made).toMatchObject({
      status: 201,
      body: { id: "night-shift", scheduled: { multiplier: "0.6" }, accounts: 0 },
    });
    const answer = await api.call(updateGroupOperation, {
      params: { id: "night-shift" },
      body: { multiplier: "25/30", description: "From ten to six" },
    });
    expect(answer.body).toMatchObject({ description: "From ten to six", scheduled: { multiplier: "0.6" } });
    const at = Date.parse(answer.body.scheduled.effectiveAt) + 5_000;
    expect((await priceAt("gpt-4o-mini", at, "night-shift"))?.groupMultiplier).toEqual({ num: 5n, den: 6n });
    const count = await prisma().priceVersion.count();
    const renamed = await api.call(updateGroupOperation, {
      params: { id: "night-shift" },
      body: { name: "Nights" },
    });
    expect(renamed.body.name).toBe("Nights");
    expect(await prisma().priceVersion.count()).toBe(count);
    expect((await api.call(createGroupOperation, { body: { name: "Night shift" } })).status).toBe(409);
    expect((await api.call(getGroupOperation, { params: { id: "night-shift" } })).status).toBe(200);
  });

  it("of a model's price makes a version; leaving the official price asks why", async () => {
    const params = { id: "gpt-4.1" };
    const refused = await api.call(putModelOperation, { params, body: { modelMultiplier: "0.9" } });
    expect(refused).toMatchObject({ status: 422, body: { code: "reason_required" } });
    const silent = await api.call(putModelOperation, { params, body: { syncPolicy: "manual" } });
    expect(silent.body.code).toBe("reason_required");
    const taken = await api.call(putModelOperation, {
      params,
      body: { modelMultiplier: "0.9", statedReason: "Launch offer" },
    });
    expect(taken.body).toMatchObject({ syncPolicy: "manual", statedReason: "Launch offer" });
    const back = await api.call(putModelOperation, { params, body: { syncPolicy: "official" } });
    expect(back.body).toMatchObject({ syncPolicy: "official" });
    const price = await priceAt("gpt-4.1", Date.now() + 60_000);
    expect(price?.components.input).toEqual({ num: 2000n, den: 1n });
  });

  it("takes a model that the catalogue lacks, with its price", async () => {
    const made = await api.call(putModelOperation, {
      params: { id: "house/own-7b" },
      body: { vendor: "house", kind: "chat", price: { input: "0.1", output: "0.2" } },
    });
    expect(made.body).toMatchObject({ vendor: "house", syncPolicy: "manual", official: {} });
    const price = await priceAt("house/own-7b", Date.now() + 60_000);
    expect(price?.components.output).toEqual({ num: 200n, den: 1n });
  });
});

it("keeps support, customers and strangers from changing a price", async () => {
  const support = await api.as("support");
  expect((await support(create, { body: { entries: [] } })).status).toBe(403);
  expect((await support(list)).status).toBe(200);
  const customer = await api.as("customer");
  expect((await customer(list)).status).not.toBe(200);
});
