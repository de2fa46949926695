import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseFraction } from "#lib/core/fraction";
import { prisma } from "#lib/db/client";
import { displayPrices } from "#lib/pricing/display";
import { fromMultipliers, multiplierNames } from "#lib/pricing/multipliers";
import type { OfficialFinding } from "#lib/pricing/official-schema";
import { officialPricesActor, syncOfficial } from "#lib/pricing/official-service";
import { isPieceUnit, priceUnits } from "#lib/pricing/units";
import { getModelOperation, publicPricesOperation } from "./models.ts";
import { syncOfficialOperation as compare, getOfficialSyncOperation as last } from "./official-prices.ts";
import {
  createPriceVersionOperation,
  discardPriceVersionOperation,
  getPriceVersionOperation,
  publishPriceVersionOperation,
} from "./prices.ts";
import { nobody, startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const file = (prices: Record<string, Record<string, unknown>>) => [
  {
    id: "openai",
    name: "OpenAI",
    models: Object.entries(prices).map(([id, price]) => ({ id, prices: price })),
  },
  { id: "anthropic", name: "Anthropic", models: [{ id: "claude-new-6", prices: { input_mtok: 4 } }] },
];

describe("official prices", () => {
  it("are exactly what the multipliers of every model in the price list come to", async () => {
    let compared = 0;
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: "500", ...(cursor === null ? {} : { cursor }) };
      const { body } = await nobody(publicPricesOperation, { query });
      for (const { model, multipliers, price, official } of body.items) {
        const stated = Object.entries(multipliers).map(([name, value]) => [
          `${name}Multiplier`,
          parseFraction(String(value)),
        ]);
        const tokens = displayPrices(fromMultipliers({ ...Object.fromEntries(stated), fixedPrices: {} }));
        const expected = Object.fromEntries(
          priceUnits.flatMap((unit) =>
            official[unit] && !isPieceUnit(unit) ? [[unit, official[unit]]] : [],
          ),
        );
        expect(tokens, model).toEqual(expected);
        expect(price, model).toEqual(official);
        compared += 1;
      }
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(compared).toBeGreaterThan(1_000);
    expect(Object.values(multiplierNames)).toContain("modelMultiplier");
  });

  it("of the installed package need nothing on a fresh installation", async () => {
    expect((await api.call(last)).body).toEqual({ sync: null });
    const { body } = await api.call(compare, { body: {} });
    expect(body).toMatchObject({ source: "package", priceVersionId: null, items: [] });
    expect((await api.call(last)).body.sync).toMatchObject({ startedBy: expect.any(String), items: [] });
  });

  it("that a file changes are proposed for GPT in one draft, and listed for other vendors", async () => {
    const providers = file({ "gpt-4o": { input_mtok: 2, output_mtok: 8 } });
    const drifting = { model: "claude-sonnet-4-5", modelMultiplier: "1.4" };
    const { id } = (await api.call(createPriceVersionOperation, { body: { entries: [drifting] } })).body;
    await api.call(publishPriceVersionOperation, { params: { id }, body: {} });
    const { status, body } = await api.call(compare, { body: { providers, date: "2026-12-01" } });
    expect(status).toBe(200);
    const of = (model: string): OfficialFinding | undefined =>
      body.items.find((item: OfficialFinding) => item.model === model);
    expect(of("gpt-4o")).toMatchObject({
      what: "proposed",
      ours: { input: "2.5", output: "10" },
      official: { input: "2", output: "8" },
      before: { input: "2.5", output: "10" },
    });
    expect(of("claude-new-6")).toMatchObject({ what: "new", ours: null, official: { input: "4" } });
    expect(of("claude-sonnet-4-5")?.what).toBe("gone");
    expect((await api.call(getModelOperation, { params: { id: "gpt-4o" } })).body).toMatchObject({
      price: { input: "2.5" },
      official: { input: "2", output: "8" },
      drift: "125",
    });
    const draft = await api.call(getPriceVersionOperation, { params: { id: body.priceVersionId } });
    expect(draft.body).toMatchObject({ state: "draft", note: "Official prices of 2026-12-01" });
    expect(draft.body.entries).toMatchObject([{ model: "gpt-4o", price: { input: "2", output: "8" } }]);
  });

  it("are not taken back by the package's older ones at night, and the open draft is widened, not doubled", async () => {
    const before = (await api.call(last)).body.sync.priceVersionId;
    const night = await syncOfficial(officialPricesActor, {}, new Date());
    expect(night.priceVersionId).toBe(before);
    expect(night.items.find(({ model }) => model === "claude-sonnet-4-5")).toMatchObject({
      what: "drift",
      percent: "280/3",
    });
    expect((await api.call(getModelOperation, { params: { id: "gpt-4o" } })).body.official.input).toBe("2");
    const providers = file({
      "gpt-4o": { input_mtok: 2, output_mtok: 8 },
      "gpt-4o-mini": { input_mtok: 0.1 },
    });
    const { body } = await api.call(compare, { body: { providers, date: "2026-12-02" } });
    expect(body.priceVersionId).toBe(before);
    const { entries } = (await api.call(getPriceVersionOperation, { params: { id: before } })).body;
    expect(entries.map(({ model }: { model: string }) => model).sort()).toEqual(["gpt-4o", "gpt-4o-mini"]);
    await api.call(publishPriceVersionOperation, { params: { id: before }, body: {} });
    const { sync } = (await api.call(last)).body;
    expect(sync.priceVersionId).toBeNull();
    expect(await prisma().model.findUnique({ where: { id: "gpt-4o" } })).toMatchObject({
      syncPolicy: "official",
      statedReason: null,
    });
  });

  it("are not proposed again for what an operator has withdrawn", async () => {
    const gone = { model: "gpt-4o", withdrawn: true };
    const { id } = (await api.call(createPriceVersionOperation, { body: { entries: [gone] } })).body;
    await api.call(publishPriceVersionOperation, { params: { id }, body: {} });
    const providers = file({ "gpt-4o": { input_mtok: 3 } });
    const { body } = await api.call(compare, { body: { providers, date: "2026-12-03" } });
    expect(body.items.filter(({ model }: OfficialFinding) => model === "gpt-4o")).toEqual([]);
    if (body.priceVersionId !== null)
      await api.call(discardPriceVersionOperation, { params: { id: body.priceVersionId } });
  });

  it("come from a file that is one", async () => {
    for (const providers of [[], [{ id: "x" }], file({ x: { input_mtok: -1 } }), "text"])
      expect((await api.call(compare, { body: { providers } })).status).toBe(422);
    expect((await (await api.as("support"))(compare, { body: {} })).status).toBe(403);
  });
});
