import { describe, expect, it } from "vitest";
import { readDataFile } from "./read-data-file.ts";

const provider = {
  id: "openai",
  name: "OpenAI",
  api_pattern: "x",
  extractors: [{ root: "usage" }],
  models: [{ id: "gpt-4o", match: { equals: "gpt-4o" }, description: "long", prices: { input_mtok: 2.5 } }],
};
const slim = [{ id: "openai", name: "OpenAI", models: [{ id: "gpt-4o", prices: { input_mtok: 2.5 } }] }];

describe("a data file of official prices", () => {
  it("is cut down to models and prices, as a list or under `providers`", () => {
    expect(readDataFile(JSON.stringify([provider]))).toEqual(slim);
    expect(readDataFile(JSON.stringify({ schema_version: 2, providers: [provider] }))).toEqual(slim);
  });

  it("is not taken for one when it is something else", () => {
    for (const text of ["", "no json", "{}", "[]", "[1]", '[{"id":"x"}]', "null"]) {
      expect(readDataFile(text), text).toBeUndefined();
    }
  });
});
