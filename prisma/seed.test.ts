import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { createPool } from "#lib/db/pool";
import { currentPrices } from "#lib/pricing/current";
import { loadPublishedVersions } from "#lib/pricing/store";
import { config, setConfig } from "#lib/runtime/config";
import { seed } from "./seed.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
beforeAll(async () => {
  app = await startTestConsole();
  setConfig({ ...config(), simulator: "on" });
  await seed();
});
afterAll(() => app.stop());

describe("a fresh installation", () => {
  it("has a catalogue of at least 500 models, every one of them priced as it is officially", async () => {
    const models = await prisma().model.findMany();
    const prices = currentPrices(await loadPublishedVersions(), Date.now());
    expect(models.length).toBeGreaterThanOrEqual(500);
    expect(models.filter((model) => !prices.models.has(model.id))).toEqual([]);
    const entries = await prisma().priceEntry.findMany({ where: { kind: "model" } });
    const components = new Map(entries.map((entry) => [entry.modelId, entry.components]));
    expect(
      models.filter((model) => JSON.stringify(components.get(model.id)) !== JSON.stringify(model.official)),
    ).toEqual([]);
  });

  it("has the three lines at multiplier 1, an exchange rate for CNY and the simulator's channel", async () => {
    const groups = await prisma().group.findMany({ orderBy: { id: "asc" } });
    expect(groups.map((group) => group.id)).toEqual(["default", "enterprise", "training"]);
    const multipliers = await prisma().priceEntry.findMany({ where: { kind: "group" } });
    expect(multipliers.map((entry) => entry.multiplier)).toEqual(["1", "1", "1"]);
    expect(await prisma().exchangeRate.count({ where: { currency: "CNY" } })).toBe(1);
    const channels = await prisma().channel.findMany({ include: { models: { orderBy: { model: "asc" } } } });
    expect(channels).toMatchObject([{ name: "Simulator", provider: "simulator", credential: null }]);
    expect(channels[0]?.models.map((pair) => pair.model)).toEqual([
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
  });

  it("stays as it is when it is seeded again, even by several at once", async () => {
    const before = await everything();
    await Promise.all([seed(), seed(), seed()]);
    expect(await everything()).toEqual(before);
  });

  it("does not bring back a simulator channel that was deleted", async () => {
    await prisma().channel.updateMany({ data: { deletedAt: new Date() } });
    await seed();
    expect(await prisma().channel.count({ where: { deletedAt: null } })).toBe(0);
  });
});

/** One digest per table, the revision included. */
async function everything(): Promise<unknown> {
  const pool = createPool(config().databaseUrl ?? "", 1);
  const tables = [
    "config_revision",
    "account_group",
    "model",
    "price_version",
    "price_entry",
    "exchange_rate",
    "channel",
    "channel_model",
    "setting",
  ];
  const found = [];
  for (const table of tables) {
    const { rows } = await pool.query(
      `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM ${table} t`,
    );
    found.push([table, rows[0]]);
  }
  await pool.end();
  return found;
}
