import { describe, expect, it } from "vitest";
import { formatTiers, readTiers } from "./tier-text.ts";
import { formatTransfer, readTransfer } from "./transfer.ts";

const text = "200000: input 2, output 1.5; 272000: input 7/3";

describe("tiers in a cell", () => {
  it("are read back as they were written", () => {
    expect(formatTiers(readTiers(text))).toBe(text);
    expect(formatTiers(undefined)).toBe("");
    expect(readTiers("")).toEqual([]);
  });

  it("are taken as people write them, in any order", () => {
    expect(formatTiers(readTiers(" 272,000: Input ×7/3; 200 000 : output x1.5 , input 2"))).toBe(text);
  });

  it.each([
    ["a threshold that no usage is kept by", "1000: input 2"],
    ["an unknown unit", "200000: inputs 2"],
    ["a piece, which no prompt is measured by", "200000: image 2"],
    ["the same threshold twice", "200000: input 2; 200000: output 2"],
    ["the same unit twice", "200000: input 2, input 3"],
    ["a negative factor", "200000: input -2"],
    ["no factor", "200000: input"],
    ["anything else", "dear"],
  ])("are refused with %s", (_, wrong) => {
    expect(readTiers(wrong)).toBeUndefined();
  });
});

describe("tiers in a table", () => {
  const entry = {
    kind: "model" as const,
    modelId: "gpt-5.6",
    components: { input: { num: 150n, den: 1n }, tiers: readTiers(text) ?? [] },
    reason: null,
  };

  it.each(["csv", "json"] as const)("leave and come back as %s", (format) => {
    const { entries, problems } = readTransfer(formatTransfer([entry], format));
    expect(problems).toEqual({});
    expect(entries).toMatchObject([
      {
        model: "gpt-5.6",
        price: { input: "0.15" },
        tiers: [
          { above: 200_000, factors: { input: "2", output: "1.5" } },
          { above: 272_000, factors: { input: "7/3" } },
        ],
      },
    ]);
  });

  it("name the line that cannot be read, and leave what a line does not name", () => {
    const { problems } = readTransfer("model,tiers\ngpt-5.6,1000: input 2\n");
    expect(Object.keys(problems)).toEqual(["line 2"]);
    expect(readTransfer("model,input,tiers\ngpt-5.6,1,\n").entries[0]).not.toHaveProperty("tiers");
    expect(readTransfer("model,tiers\ngpt-5.6,none\n").entries[0]).toMatchObject({ tiers: [] });
  });
});
