import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publicPrices } from "#lib/models/public-service";
import { createChannelOperation } from "./channels.ts";
import { publicPricesOperation as list, putModelOperation } from "./models.ts";
import { putPaymentMethodOperation } from "./payments.ts";
import { createPriceVersionOperation, publishPriceVersionOperation } from "./prices.ts";
import { nobody as anybody, startTestApi } from "./testing.ts";
import { createTierOperation, updateTierOperation } from "./tiers.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const find = async (model: string, nowMs?: number) => {
  if (nowMs !== undefined) return (await publicPrices({ q: model, limit: 500 }, nowMs)).items[0];
  return (await anybody(list, { query: { q: model } })).body.items.find(
    (one: { model: string }) => one.model === model,
  );
};

/** What an answer holds is at most half a second old. */
async function eventually<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  const untilMs = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (isThere(value) || Date.now() > untilMs) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("public prices", () => {
  it("are read by anybody: ours, the official one, multipliers and how it is set", async () => {
    expect(await find("gpt-4o-mini")).toMatchObject({
      vendor: "openai",
      price: { input: "0.15", output: "0.6", cacheRead: "0.075" },
      official: { input: "0.15", output: "0.6" },
      multipliers: { model: "0.075", completion: "4" },
      ofOfficial: "100",
      policy: "official",
      outside: false,
      upcoming: [],
    });
    const { body } = await anybody(list, { query: { limit: "1" } });
    expect(body.lines.map(({ id }: { id: string }) => id)).toEqual(["default", "enterprise", "training"]);
    expect(Date.parse(body.effectiveAt)).toBeLessThan(Date.now());
  });

  it("are paged by vendor and model, each once", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    let total = 0;
    do {
      const query: Record<string, string> = { limit: "400", ...(cursor === null ? {} : { cursor }) };
      const { body } = await anybody(list, { query });
      seen.push(...body.items.map(({ model }: { model: string }) => model));
      cursor = body.nextCursor;
      total = body.total;
    } while (cursor !== null);
    expect(total).toBeGreaterThan(1_000);
    expect(new Set(seen).size).toBe(total);
    expect(seen).toHaveLength(total);
    const openai = (await anybody(list, { query: { vendor: "openai", kind: "embedding" } })).body.items;
    expect(openai.length).toBeGreaterThan(0);
    for (const one of openai) expect(one).toMatchObject({ vendor: "openai", kind: "embedding" });
  });

  it("say which are served, as soon as a channel serves them", async () => {
    expect((await find("gpt-4o")).sold).toBe(false);
    await api.call(createChannelOperation, {
      body: { name: "All", provider: "simulator", baseUrl: "simulator://local", models: ["gpt-4o"] },
    });
    expect(
      (
        await eventually(
          () => find("gpt-4o"),
          ({ sold }) => sold,
        )
      ).sold,
    ).toBe(true);
    const { items } = (await anybody(list, { query: { sold: "true", q: "gpt-4o" } })).body;
    expect(items.map(({ model }: { model: string }) => model)).toEqual(["gpt-4o"]);
  });

  it("tell of what is published and to come, and why a price departs from the official one", async () => {
    const effectiveAt = new Date(Date.now() + 3_600_000).toISOString();
    const entry = { model: "claude-sonnet-4-5", price: { input: "1" }, reason: "An offer" };
    const { id } = (await api.call(createPriceVersionOperation, { body: { entries: [entry] } })).body;
    await api.call(publishPriceVersionOperation, { params: { id }, body: { effectiveAt } });
    const before = await eventually(
      () => find("claude-sonnet-4-5"),
      ({ upcoming }) => upcoming.length > 0,
    );
    expect(before).toMatchObject({
      price: { input: "3" },
      upcoming: [{ effectiveAt, priceVersionId: id, price: { input: "1" } }],
    });
    const after = await find("claude-sonnet-4-5", Date.parse(effectiveAt));
    expect(after).toMatchObject({
      price: { input: "1" },
      reason: "An offer",
      outside: true,
      upcoming: [],
      effectiveAt,
    });
  });

  it("list the discount tiers that can be reached, each with its threshold and reward", async () => {
    type Listed = { id: string };
    const read = async () => (await anybody(list, { query: { limit: "1" } })).body.tiers as Listed[];
    const named = (tiers: Listed[], id: string) => tiers.find((tier) => tier.id === id);
    const body = {
      name: "Yearly",
      ...{ kind: "single", currency: "CNY", threshold: "50000", reward: "recharge_bonus", percent: "7.5" },
    };
    const { id } = (await api.call(createTierOperation, { body })).body;
    const there = await eventually(read, (tiers) => named(tiers, id) !== undefined);
    expect(named(there, id)).toEqual({
      ...{ id, nameZh: "", ...body, days: null, duration: "permanent", policy: "automatic", bonusDays: null },
    });
    await api.call(updateTierOperation, { params: { id }, body: { isActive: false } });
    const gone = await eventually(read, (tiers) => named(tiers, id) === undefined);
    expect(named(gone, id)).toBeUndefined();
    expect(JSON.stringify(gone)).not.toMatch(/holders|offers|isActive/);
    expect(gone.length).toBeGreaterThan(0);
  });

  it("list the fee and bounds of each way of paying that is offered, and what a payment is worth", async () => {
    type Fees = { methods: { id: string }[]; rates: { currency: string; usdPerUnit: string | null }[] };
    const read = async () => (await anybody(list, { query: { limit: "1" } })).body.fees as Fees;
    const named = ({ methods }: Fees) => methods.find(({ id }) => id === "alipay");
    const method = {
      ...{ kind: "webhook", name: "Alipay", nameZh: "支付宝", secret: "a-secret-that-signs" },
      ...{ instructions: "Say the number", currencies: ["CNY", "JPY"], least: "10", most: "50000" },
    };
    const put = (enabled: boolean) =>
      api.call(putPaymentMethodOperation, { params: { id: "alipay" }, body: { ...method, enabled } });
    expect(named(await read())).toBeUndefined();
    await put(true);
    const there = await eventually(read, (fees) => named(fees) !== undefined);
    expect(named(there)).toEqual({
      ...{ id: "alipay", name: "Alipay", nameZh: "支付宝", currencies: ["CNY", "JPY"] },
      ...{ least: "10", most: "50000", fee: "0" },
    });
    expect(there.rates).toEqual([
      { currency: "CNY", usdPerUnit: "0.1405", date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
      { currency: "JPY", usdPerUnit: null, date: null },
    ]);
    await put(false);
    expect(named(await eventually(read, (fees) => named(fees) === undefined))).toBeUndefined();
  });

  it("hold nothing that is the operators' alone", async () => {
    const text = JSON.stringify((await anybody(list, { query: { limit: "50" } })).body);
    expect(text).not.toMatch(/channel|note|createdBy/i);
    expect((await anybody(putModelOperation, { params: { id: "gpt-4o" }, body: {} })).status).toBe(401);
  });
});
