import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { createChannelOperation } from "./channels.ts";
import { getGroupOperation, listGroupsOperation } from "./groups.ts";
import { getModelOperation as get, listModelsOperation as list } from "./models.ts";
import { getPriceVersionOperation, listPriceVersionsOperation } from "./prices.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

type Item = {
  id: string;
  vendor: string;
  sold: boolean;
  drift: string | null;
  price: unknown;
  official: unknown;
};

async function everyModel(query: Record<string, string | number> = {}): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.call(list, { query: { limit: 500, ...query, ...(cursor ? { cursor } : {}) } });
    items.push(...page.body.items);
    cursor = page.body.nextCursor ?? undefined;
  } while (cursor);
  return items;
}

describe("models", () => {
  it("are all listed, each once, at their official price: drift 100 throughout", async () => {
    const items = await everyModel();
    expect(items.length).toBe(await prisma().model.count());
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    expect(items.filter((item) => item.drift !== "100")).toEqual([]);
    expect(items.filter((item) => JSON.stringify(item.price) !== JSON.stringify(item.official))).toEqual([]);
  });

  it("show the price in USD per million tokens and as multipliers", async () => {
    const model = await api.call(get, { params: { id: "gpt-4o-mini" } });
    expect(model.body).toMatchObject({
      vendor: "openai",
      syncPolicy: "official",
      official: { input: "0.15", output: "0.6", cacheRead: "0.075" },
      price: { input: "0.15", output: "0.6", cacheRead: "0.075" },
      multipliers: { model: "0.075", completion: "4", cacheRead: "0.5" },
      drift: "100",
    });
  });

  it("are sold once an active channel serves them", async () => {
    const before = await api.call(get, { params: { id: "gpt-4o-mini" } });
    expect(before.body).toMatchObject({ sold: false, channels: 0 });
    await api.call(createChannelOperation, {
      body: { name: "S", provider: "simulator", models: ["gpt-4o-mini"] },
    });
    const after = await api.call(get, { params: { id: "gpt-4o-mini" } });
    expect(after.body).toMatchObject({ sold: true, channels: 1 });
    const sold = await everyModel({ sold: "true" });
    expect(sold.map((item) => item.id).sort()).toEqual([
      "gpt-4o-mini",
      "sim-chat",
      "sim-embedding",
      "sim-image",
      "sim-moderation",
      "sim-reasoner",
      "sim-rerank",
      "sim-speech",
      "sim-transcript",
      "sim-video",
    ]);
    expect(await everyModel({ sold: "false" })).toHaveLength((await prisma().model.count()) - 10);
  });

  it("are found by id, vendor and kind, whatever signs their ids contain", async () => {
    const slashed = await prisma().model.findFirstOrThrow({ where: { id: { contains: "/" } } });
    expect((await api.call(get, { params: { id: slashed.id } })).body.id).toBe(slashed.id);
    const vendor = await everyModel({ vendor: "anthropic", q: "CLAUDE" });
    expect(vendor.length).toBeGreaterThan(3);
    expect(vendor.every((item) => item.vendor === "anthropic")).toBe(true);
    expect((await everyModel({ kind: "embedding" })).length).toBeGreaterThan(3);
    expect((await api.call(get, { params: { id: "no/such:model" } })).status).toBe(404);
  });

  it("are sorted by vendor or by id, up and down, each once over all pages", async () => {
    const query = { vendor: "openai", limit: 40 };
    const ids = (await everyModel(query)).map(({ id }) => id);
    for (const sort of ["id", "-id", "-vendor"]) {
      const sorted = (await everyModel({ ...query, sort })).map(({ id }) => id);
      expect(sorted).toEqual(sort === "id" ? ids : [...ids].reverse());
    }
    const vendors = async (sort: string) => [
      ...new Set((await everyModel({ sort })).map(({ vendor }) => vendor)),
    ];
    expect(await vendors("-vendor")).toEqual((await vendors("vendor")).reverse());
    const page = await api.call(list, { query: { limit: 1, sort: "id" } });
    const other = await api.call(list, { query: { limit: 1, sort: "-id", cursor: page.body.nextCursor } });
    expect(other.status).toBe(422);
  });

  it("refuse what the database cannot hold, as a wrong field", async () => {
    expect((await api.call(get, { params: { id: "a\u0000b" } })).status).toBe(422);
    expect((await api.call(list, { query: { q: "a\u0000b" } })).status).toBe(422);
    const cursor = Buffer.from('["a","b\\u0000"]').toString("base64url");
    expect((await api.call(list, { query: { cursor } })).status).toBe(422);
  });

  it("without a price say so", async () => {
    await prisma().model.create({
      data: {
        id: "unpriced",
        vendor: "zz",
        displayName: "Unpriced",
        kind: "chat",
        syncPolicy: "manual",
        official: { input: "1" },
        officialSource: "test",
        officialSourceDate: "2026-01-01",
      },
    });
    const model = await api.call(get, { params: { id: "unpriced" } });
    expect(model.body).toMatchObject({ price: null, multipliers: null, drift: null, sold: false });
  });
});

describe("groups and price versions", () => {
  it("show each line with its multiplier and number of accounts", async () => {
    const groups = await api.call(listGroupsOperation);
    expect(groups.body.items).toMatchObject([
      { id: "default", multiplier: "1", accounts: 0 },
      { id: "enterprise", multiplier: "1", accounts: 0 },
      { id: "training", multiplier: "1", accounts: 0 },
    ]);
    expect((await api.call(getGroupOperation, { params: { id: "training" } })).status).toBe(200);
    expect((await api.call(getGroupOperation, { params: { id: "gold" } })).status).toBe(404);
  });

  it("open to everything that a version names", async () => {
    const versions = await api.call(listPriceVersionsOperation);
    expect(versions.body.items).toMatchObject([{ number: 1, state: "published" }]);
    const [{ id, entryCount }] = versions.body.items;
    const detail = await api.call(getPriceVersionOperation, { params: { id } });
    expect(detail.body.entries).toHaveLength(entryCount);
    const mini = detail.body.entries.find((entry: { model: string | null }) => entry.model === "gpt-4o-mini");
    expect(mini).toMatchObject({ kind: "model", price: { input: "0.15" }, multipliers: { model: "0.075" } });
    const line = detail.body.entries.find((entry: { group: string | null }) => entry.group === "default");
    expect(line).toMatchObject({ kind: "group", multiplier: "1", price: null });
    expect((await api.call(getPriceVersionOperation, { params: { id: "1" } })).status).toBe(404);
  });
});
