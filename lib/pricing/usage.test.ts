import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseComponents } from "./schema.ts";
import { missingUnits, noUsage, splitUsage } from "./usage.ts";

const chat = parseComponents({ input: "150", output: "600", cacheRead: "75" });

describe("splitting usage", () => {
  it("takes cached tokens out of the prompt when they have their own price", () => {
    const usage = { ...noUsage, promptTokens: 1000, cacheReadTokens: 400, completionTokens: 50 };
    expect(splitUsage(usage, chat)).toEqual({ input: 600, cacheRead: 400, output: 50 });
  });

  it("bills a kind without its own price as input or output", () => {
    const usage = {
      ...noUsage,
      promptTokens: 1000,
      audioInputTokens: 100,
      cacheWriteTokens5m: 200,
      completionTokens: 50,
      reasoningTokens: 30,
    };
    expect(splitUsage(usage, chat)).toEqual({ input: 1000, output: 50 });
  });

  it("bills a one-hour cache write as a five-minute one where only that has a price", () => {
    const usage = { ...noUsage, promptTokens: 100, cacheWriteTokens1h: 60, cacheWriteTokens5m: 10 };
    const components = parseComponents({ input: "3000", output: "15000", cacheWrite5m: "3750" });
    expect(splitUsage(usage, components)).toEqual({ input: 30, cacheWrite5m: 70 });
  });

  it("counts a token once that upstream reports as cached and as audio", () => {
    const components = parseComponents({ input: "1", output: "1", cacheRead: "1", audioInput: "1" });
    const usage = { ...noUsage, promptTokens: 100, cacheReadTokens: 80, audioInputTokens: 90 };
    expect(splitUsage(usage, components)).toEqual({ cacheRead: 80, audioInput: 20 });
  });

  it("never bills more or fewer tokens than the totals", () => {
    const tokens = fc.nat({ max: 1_000_000 });
    const usages = fc.record({
      promptTokens: tokens,
      completionTokens: tokens,
      cacheReadTokens: tokens,
      cacheWriteTokens5m: tokens,
      cacheWriteTokens1h: tokens,
      imageInputTokens: tokens,
      imageOutputTokens: tokens,
      audioInputTokens: tokens,
      audioOutputTokens: tokens,
      reasoningTokens: tokens,
    });
    fc.assert(
      fc.property(
        usages,
        fc.subarray(["cacheRead", "cacheWrite5m", "audioInput", "reasoning"]),
        (usage, priced) => {
          const components = parseComponents(Object.fromEntries(priced.map((unit) => [unit, "1"])));
          const quantities = Object.values(splitUsage({ ...noUsage, ...usage }, components));
          const total = quantities.reduce((sum, quantity) => sum + quantity, 0);
          expect(total).toBe(usage.promptTokens + usage.completionTokens);
        },
      ),
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses %d tokens by the figure's name", (promptTokens) => {
    expect(() => splitUsage({ ...noUsage, promptTokens }, chat)).toThrow("usage.promptTokens");
  });
});

describe("usage without a price", () => {
  const image = parseComponents({ image: "40000000" });

  it("names the tokens that a model sold by the token has no price for", () => {
    const embedding = parseComponents({ input: "20" });
    expect(missingUnits({ ...noUsage, promptTokens: 5, completionTokens: 1 }, embedding)).toEqual(["output"]);
    expect(missingUnits({ ...noUsage, promptTokens: 5, reasoningTokens: 1 }, embedding)).toEqual([]);
  });

  it("refuses every use of a model without any price", () => {
    expect(missingUnits({ ...noUsage, promptTokens: 1, calls: 1 }, {})).toEqual(["input", "call"]);
    expect(missingUnits(noUsage, {})).toEqual(["call"]);
  });

  it("does not ask for the tokens of a model sold by the image", () => {
    expect(missingUnits({ ...noUsage, images: 1, promptTokens: 20, calls: 1 }, image)).toEqual([]);
  });

  it("refuses what would otherwise come out free because only unpriced things were counted", () => {
    expect(missingUnits({ ...noUsage, promptTokens: 20, calls: 1 }, image)).toEqual(["input"]);
    expect(missingUnits({ ...noUsage, images: 1, calls: 1 }, chat)).toEqual(["image"]);
  });

  it("needs no price per call from a model sold otherwise", () => {
    expect(missingUnits({ ...noUsage, calls: 1 }, chat)).toEqual([]);
    expect(missingUnits({ ...noUsage, calls: 1, images: 3 }, parseComponents({ call: "5" }))).toEqual([]);
  });

  it("takes 0 as a stated price", () => {
    expect(missingUnits({ ...noUsage, promptTokens: 9 }, parseComponents({ input: "0" }))).toEqual([]);
  });
});
