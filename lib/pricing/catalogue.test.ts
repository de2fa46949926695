import { readFileSync } from "node:fs";
import { calcPrice, waitForUpdate } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";
import { one, parseFraction } from "#lib/core/fraction";
import { billUsage } from "./bill.ts";
import { unitsOf } from "./conditions.ts";
import { pricesAtHour } from "./hours.ts";
import { loadCatalogue } from "./live.ts";
import { fromMultipliers, toMultipliers } from "./multipliers.ts";
import { officialModels, officialPricesDate } from "./official.ts";
import { formatComponents, parseComponents } from "./schema.ts";
import { contextSteps } from "./tiers.ts";
import { noUsage } from "./usage.ts";

const options = { pricesDirectory: "prisma/prices", asOf: "2026-11-21" };
const catalogue = await loadCatalogue(options);
const find = (id: string) => catalogue.find((model) => model.id === id);
const prices = (id: string) => formatComponents(find(id)?.components ?? {});

describe("the catalogue", () => {
  it("has more than 500 models, each id once", () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(500);
    expect(new Set(catalogue.map((model) => model.id)).size).toBe(catalogue.length);
  });

  it("comes out the same each time", async () => {
    expect(await loadCatalogue(options)).toEqual(catalogue);
  });

  it("gives every model a price, a source and a date", () => {
    const bad = catalogue.filter(
      (model) =>
        Object.keys(model.components).length === 0 ||
        model.source === "" ||
        !/^\d{4}-\d\d-\d\d$/.test(model.sourceDate),
    );
    expect(bad).toEqual([]);
  });

  it("states every model's official price in multipliers without losing anything", () => {
    for (const model of catalogue) {
      expect(fromMultipliers(toMultipliers(model.components)), model.id).toEqual(unitsOf(model.components));
      expect(parseComponents(formatComponents(model.components)), model.id).toEqual(model.components);
    }
  });

  it("bills every model as the price list's own calculator does", () => {
    const timestamp = new Date(`${options.asOf}T12:00:00Z`);
    let compared = 0;
    for (const { id, vendor, components } of catalogue) {
      const completionTokens = components.output === undefined ? 0 : 200;
      const cacheReadTokens = components.cacheRead === undefined ? 0 : 400;
      const usage = {
        input_tokens: 1000,
        output_tokens: completionTokens,
        cache_read_tokens: cacheReadTokens,
      };
      const official = calcPrice(usage, id, { providerId: vendor, timestamp });
      if (official?.model.id !== id || official.total_price === 0) continue;
      const bill = billUsage({
        usage: { ...noUsage, promptTokens: 1000, completionTokens, cacheReadTokens, calls: 1 },
        components,
        groupMultiplier: one,
      });
      expect(Number(bill.priced && bill.costNanoUsd) / 1e9, id).toBeCloseTo(official.total_price, 8);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it("bills long prompts by the tier that they come under, right below and above each step", () => {
    const timestamp = new Date(`${options.asOf}T12:00:00Z`);
    const tiered = catalogue.filter(({ components }) => components.tiers !== undefined);
    for (const { id, vendor, components } of tiered) {
      for (const promptTokens of contextSteps.flatMap((step) => [step, step + 1])) {
        const cacheReadTokens = components.cacheRead === undefined ? 0 : 400;
        const usage = { input_tokens: promptTokens, output_tokens: 200, cache_read_tokens: cacheReadTokens };
        const official = calcPrice(usage, id, { providerId: vendor, timestamp });
        if (official?.model.id !== id) continue;
        const bill = billUsage({
          usage: { ...noUsage, promptTokens, completionTokens: 200, cacheReadTokens, calls: 1 },
          components,
          groupMultiplier: one,
        });
        const cost = Number(bill.priced && bill.costNanoUsd) / 1e9;
        expect(cost, `${id} at ${promptTokens}`).toBeCloseTo(official.total_price, 8);
      }
    }
    expect(tiered.length).toBeGreaterThan(40);
  });

  it("bills every half hour of the day at its own price, where a vendor has busy hours", () => {
    const hourly = catalogue.filter(({ components }) => components.hours !== undefined);
    expect(hourly.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["deepseek-chat", "deepseek-reasoner", "deepseek-v4-flash", "deepseek-v4-pro"]),
    );
    for (const { id, vendor, components } of hourly) {
      for (let slot = 0; slot < 48; slot += 1) {
        for (const seconds of [0, 1_799]) {
          const atMs = Date.parse(options.asOf) + slot * 1_800_000 + seconds * 1_000;
          const usage = { input_tokens: 1000, output_tokens: 200, cache_read_tokens: 400 };
          const official = calcPrice(usage, id, { providerId: vendor, timestamp: new Date(atMs) });
          const bill = billUsage({
            usage: { ...noUsage, promptTokens: 1000, completionTokens: 200, cacheReadTokens: 400, calls: 1 },
            components: pricesAtHour(components, atMs),
            groupMultiplier: one,
          });
          const cost = Number(bill.priced && bill.costNanoUsd) / 1e9;
          expect(cost, `${id} at ${new Date(atMs).toISOString()}`).toBeCloseTo(
            official?.total_price ?? -1,
            8,
          );
        }
      }
    }
  });

  it("synchronises GPT with its official prices and leaves other vendors to the operator", () => {
    expect(find("gpt-4o-mini")?.syncPolicy).toBe("official");
    expect(find("claude-haiku-4-5")?.syncPolicy).toBe("manual");
    expect(catalogue.filter((model) => model.example && model.syncPolicy === "official")).toEqual([]);
  });

  it("takes the maker's own price for an id that resellers list too", () => {
    expect(find("claude-sonnet-4-5")).toMatchObject({
      vendor: "anthropic",
      source: expect.stringMatching("anthropic"),
    });
    expect(find("deepseek-v4-pro")?.vendor).toBe("deepseek");
    expect(find("openai/gpt-4o")?.vendor).toBe("openrouter");
  });

  it("prices the models that customers try first", () => {
    expect(prices("gpt-4o-mini")).toEqual({ input: "150", output: "600", cacheRead: "75" });
    expect(prices("whisper-1")).toEqual({ audioSecond: "100000" });
    expect(prices("whisper-large-v3")).toEqual({ audioSecond: "92500/3" });
    expect(prices("tts-1-hd")).toEqual({ character: "30000" });
    expect(prices("sora-2")).toEqual({ videoSecond: "100000000" });
    expect(prices("sonar")).toEqual({ input: "1000", output: "1000", call: "12000000" });
    expect(prices("omni-moderation-latest")).toEqual({ input: "0" });
    expect(prices("sim-chat")).toEqual({ input: "150", output: "600", cacheRead: "75" });
    expect(find("sim-reasoner")).toMatchObject({ reasoning: true, example: true, vendor: "simulator" });
  });

  it("holds the nineteen image and video tasks, priced per image or per call", () => {
    const tasks = catalogue.filter((model) => model.kind === "task");
    expect(tasks).toHaveLength(19);
    expect(
      tasks.every(({ components }) => Object.keys(components).join() === "image" || components.call),
    ).toBe(true);
    expect(find("wan_txt_to_video")).toMatchObject({ kind: "task", example: false });
  });

  it("leaves out what is sold by units that a bill cannot count", () => {
    for (const id of ["mistral-ocr-latest", "grok-voice-latest", "ft:gpt-4o"])
      expect(find(id)).toBeUndefined();
  });
});

describe("official prices over time", () => {
  it("takes the price that is in force on the day", async () => {
    const providers = (await waitForUpdate()) ?? [];
    const input = (id: string, asOf: string) =>
      officialModels(providers, asOf).find((model) => model.id === id)?.components.input?.num;
    expect(input("gemini-3.6-flash", "2026-12-31")).toBe(750n);
    expect(input("gemini-3.6-flash", "2027-01-01")).toBe(1500n);
    expect(input("o3", "2025-06-09")).toBe(10_000n);
  });

  it("takes the base tier and the price of most hours as the price itself, and marks that there are others", () => {
    expect(find("gemini-2.5-pro")).toMatchObject({
      tiered: true,
      components: { input: parseFraction("1250") },
    });
    expect(find("deepseek-chat")).toMatchObject({
      tiered: true,
      components: { input: parseFraction("270") },
    });
    expect(find("deepseek-v4-flash")).toMatchObject({
      tiered: true,
      components: { input: parseFraction("220") },
    });
    expect(find("gpt-4o-mini")?.tiered).toBe(false);
  });

  it("carries the date of the release that package.json pins", () => {
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(dependencies["@pydantic/genai-prices"]).toBe("0.1.8");
    expect(officialPricesDate).toBe("2026-09-23");
  });

  it("knows every key of the price list, so that a new kind of price does not pass unseen", async () => {
    const lists = ((await waitForUpdate()) ?? []).flatMap(({ models }) =>
      models.flatMap(({ prices: list }) =>
        Array.isArray(list) ? list.map((entry) => entry.prices) : [list],
      ),
    );
    expect([...new Set(lists.flatMap((list) => Object.keys(list)))].sort()).toEqual(knownKeys);
  });
});

const knownKeys = [
  "audio_hours",
  "cache_audio_read_mtok",
  "cache_image_read_mtok",
  "cache_read_mtok",
  "cache_write_1h_mtok",
  "cache_write_mtok",
  "input_annotated_document_kpages",
  "input_audio_hours",
  "input_audio_mtok",
  "input_document_kpages",
  "input_image_mtok",
  "input_mtok",
  "input_text_messages_kcount",
  "input_video_mtok",
  "output_audio_mtok",
  "output_citation_mtok",
  "output_image_mtok",
  "output_mtok",
  "output_reasoning_mtok",
  "output_video_mtok",
  "requests_kcount",
  "storage_searches_kcount",
  "web_searches_kcount",
];
