import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { loadCatalogue } from "#lib/pricing/live";
import { matchModels } from "./match-models.ts";

const catalogue = [
  "gpt-4o",
  "gpt-4o-mini",
  "claude-3-5-sonnet",
  "claude-3-haiku",
  "deepseek/deepseek-v4-pro",
  "deepseek-v3p2",
  "meta-llama/llama-3.3-70b-instruct",
  "groq/llama-3.3-70b-instruct",
  "gemini-2.0-flash",
];
const matchOf = (name: string) => matchModels([name], catalogue)[0];

describe("a provider's model name", () => {
  it.each([
    ["gpt-4o", "gpt-4o", "exact", "certain"],
    ["GPT-4o", "gpt-4o", "alias", "likely"],
    ["claude-3.5-sonnet", "claude-3-5-sonnet", "alias", "likely"],
    ["deepseek-v3.2", "deepseek-v3p2", "alias", "likely"],
    ["openai/gpt-4o", "gpt-4o", "prefix", "likely"],
    ["models/gemini-2.0-flash", "gemini-2.0-flash", "prefix", "likely"],
    ["deepseek-v4-pro", "deepseek/deepseek-v4-pro", "prefix", "likely"],
    ["accounts/fireworks/models/gpt-4o-mini", "gpt-4o-mini", "prefix", "likely"],
    ["gpt-4o-2024-08-06", "gpt-4o", "date", "likely"],
    ["claude-3-haiku@20240307", "claude-3-haiku", "date", "likely"],
    ["claude-3-haiku-latest", "claude-3-haiku", "date", "likely"],
    ["openai/gpt-4o-2024-08-06", "gpt-4o", "prefix_and_date", "guess"],
    ["us.anthropic.claude-3-5-sonnet-20240620-v1:0", "claude-3-5-sonnet", "prefix_and_date", "guess"],
    // Two of the catalogue fit: the shorter id, as a guess.
    ["llama-3.3-70b-instruct", "groq/llama-3.3-70b-instruct", "prefix", "guess"],
  ])("%s is found as %s by %s: %s", (name, model, match, confidence) => {
    expect(matchOf(name)).toEqual({ upstreamModel: name, model, match, confidence });
  });

  it.each(["gpt-4o-4096", "my-own-model", "gpt-4", "", "-2024-08-06"])("%j is found nowhere", (name) => {
    expect(matchOf(name)).toMatchObject({ model: null, match: null, confidence: null });
  });
});

describe("a provider's list", () => {
  it("gives a model of the catalogue to the surest of its names only", () => {
    const names = ["gpt-4o-2024-05-13", "gpt-4o-2024-08-06", "gpt-4o", "openai/gpt-4o-mini"];
    expect(matchModels(names, catalogue).map(({ model }) => model)).toEqual([
      null,
      null,
      "gpt-4o",
      "gpt-4o-mini",
    ]);
  });

  it("that is the catalogue itself is found name by name", async () => {
    const pricesDirectory = join(resolve("prisma"), "prices");
    const ids = (await loadCatalogue({ pricesDirectory, asOf: "2026-11-22" })).map(({ id }) => id);
    const matched = matchModels(ids, ids);
    expect(matched.length).toBeGreaterThan(1_000);
    expect(matched.filter((one) => one.model !== one.upstreamModel || one.confidence !== "certain")).toEqual(
      [],
    );
  });
});
