import { describe, expect, it } from "vitest";
import {
  formatHours,
  formatImages,
  formatTiers,
  readHours,
  readImages,
  readTiers,
  toImagePrices,
} from "./condition-text.ts";
import { formatTransfer, readTransfer } from "./transfer.ts";

const text = "200000: input 2, output 1.5; 272000: input 7/3";

describe("tiers in a cell", () => {
  it("are read back as they were written", () => {
    expect(formatTiers({ tiers: readTiers(text) ?? [] })).toBe(text);
    expect(formatTiers({})).toBe("");
    expect(readTiers("")).toEqual([]);
  });

  it("are taken as people write them, in any order", () => {
    const typed = readTiers(" 272,000: Input ×7/3; 200 000 : output x1.5 , input 2");
    expect(formatTiers({ tiers: typed ?? [] })).toBe(text);
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

const peak = "01:00-04:00: input 2, output 2; 16:30-00:30: input 1/3";

describe("hours in a cell", () => {
  it("are read back as they were written, in the order of the day", () => {
    const typed = readHours("16:30 – 0:30 UTC: Input ×1/3;01:00-4:00: input 2,output x2");
    expect(formatHours({ hours: typed ?? [] })).toBe(peak);
    expect(readHours("")).toEqual([]);
  });

  it.each([
    ["hours that overlap", "01:00-04:00: input 2; 03:30-05:00: input 3"],
    ["hours that overlap over midnight", "22:00-02:00: input 2; 01:30-03:00: input 3"],
    ["no length", "01:00-01:00: input 2"],
    ["minutes that no usage is kept by", "01:15-04:00: input 2"],
    ["an unknown unit", "01:00-04:00: tokens 2"],
    ["a negative factor", "01:00-04:00: input -2"],
  ])("are refused with %s", (_, wrong) => {
    expect(readHours(wrong)).toBeUndefined();
  });
});

const sizes = "1024x1024 standard: 0.04; 1024x1792 standard: 0.08; 1024x1024 hd: 0.08";

describe("images in a cell", () => {
  it("are read back as they were written, the model's default first", () => {
    const typed = readImages(
      " 1024*1024 Standard $0.04 ; 1024x1792 standard: 0.08;1024×1024 hd = $.08".replace("$.08", "$0.08"),
    );
    const images = toImagePrices(typed ?? []) ?? [];
    expect(formatImages({ image: { num: 40_000_000n, den: 1n }, images })).toBe(sizes);
  });

  it.each([
    ["a size here and none there", "1024x1024 hd: 0.04; hd: 0.08"],
    ["the same one twice", "1024x1024 hd: 0.04; 1024*1024 hd: 0.08"],
    ["two sizes in one", "1024x1024 512x512: 0.04"],
    ["no price", "1024x1024 hd"],
    ["a negative price", "1024x1024 hd: -1"],
  ])("are refused with %s", (_, wrong) => {
    expect(readImages(wrong)).toBeUndefined();
  });

  it("cannot be factors of a default that is free", () => {
    expect(toImagePrices(readImages("1024x1024: 0; 512x512: 1") ?? [])).toBeUndefined();
  });
});

describe("conditions in a table", () => {
  const entry = {
    kind: "model" as const,
    modelId: "gpt-5.6",
    components: {
      input: { num: 150n, den: 1n },
      image: { num: 40_000_000n, den: 1n },
      tiers: readTiers(text) ?? [],
      hours: readHours(peak) ?? [],
      images: toImagePrices(readImages(sizes) ?? []) ?? [],
    },
    reason: null,
  };

  it.each(["csv", "json"] as const)("leave and come back as %s", (format) => {
    const { entries, problems } = readTransfer(formatTransfer([entry], format));
    expect(problems).toEqual({});
    expect(entries).toMatchObject([
      {
        model: "gpt-5.6",
        price: { input: "0.15", image: "0.04" },
        tiers: [
          { above: 200_000, factors: { input: "2", output: "1.5" } },
          { above: 272_000, factors: { input: "7/3" } },
        ],
        hours: [
          { from: "01:00", to: "04:00", factors: { input: "2", output: "2" } },
          { from: "16:30", to: "00:30", factors: { input: "1/3" } },
        ],
        images: [
          { size: "1024x1024", quality: "standard", price: "0.04" },
          { size: "1024x1792", quality: "standard", price: "0.08" },
          { size: "1024x1024", quality: "hd", price: "0.08" },
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
