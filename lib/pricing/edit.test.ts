import { describe, expect, it } from "vitest";
import { displayPrices } from "./display.ts";
import { cellText, changedPrices, readPrices, withBulk, withCell } from "./edit.ts";

const sonnet = readPrices({ input: "3", output: "15", cacheRead: "0.3" });
const official = readPrices({ input: "3", output: "15" });
const shown = (components: ReturnType<typeof withCell>) => components && displayPrices(components);

describe("a cell", () => {
  it("shows the multiplier of tokens and the price of pieces", () => {
    expect(cellText(sonnet, "input")).toBe("1.5");
    expect(cellText(sonnet, "output")).toBe("5");
    expect(cellText(readPrices({ image: "0.04" }), "image")).toBe("0.04");
    expect(cellText(sonnet, "audioInput")).toBe("");
  });

  it.each([
    [
      "a model multiplier moves all kinds of tokens",
      "input",
      "1",
      { input: "2", output: "10", cacheRead: "0.2" },
    ],
    [
      "a completion multiplier moves the output alone",
      "output",
      "25/3",
      { input: "3", output: "25", cacheRead: "0.3" },
    ],
    ["dollars are the price itself", "output", "$12.50", { input: "3", output: "12.5", cacheRead: "0.3" }],
    ["a pasted ×1,000 is a thousand", "output", "×1,000", { input: "3", output: "3000", cacheRead: "0.3" }],
    ["nothing takes the price away", "cacheRead", " ", { input: "3", output: "15" }],
    ["0 is a price", "cacheRead", "0", { input: "3", output: "15", cacheRead: "0" }],
  ] as const)("%s", (_, unit, typed, prices) => {
    expect(shown(withCell(sonnet, unit, typed))).toEqual(prices);
  });

  it.each(["-1", "1..2", "abc", "1/0", "$"])("refuses %j", (typed) => {
    expect(withCell(sonnet, "input", typed)).toBeUndefined();
  });
});

describe("many prices at once", () => {
  it("are multiplied, set to a share of the official price, rounded to a step", () => {
    expect(shown(withBulk(sonnet, official, { kind: "multiply", factor: "1.1" }))).toEqual({
      input: "3.3",
      output: "16.5",
      cacheRead: "0.33",
    });
    expect(shown(withBulk(sonnet, official, { kind: "official", factor: "0.8" }))).toEqual({
      input: "2.4",
      output: "12",
    });
    const odd = readPrices({ input: "0.126", image: "0.0149" });
    expect(shown(withBulk(odd, {}, { kind: "round", step: "0.01" }))).toEqual({
      input: "0.13",
      image: "0.01",
    });
  });

  it("stay where there is nothing to do it by", () => {
    expect(withBulk(sonnet, {}, { kind: "official", factor: "1" })).toBeUndefined();
    expect(withBulk(sonnet, official, { kind: "round", step: "0" })).toBeUndefined();
    expect(withBulk(sonnet, official, { kind: "multiply", factor: "-2" })).toBeUndefined();
  });
});

it("tells the server exactly what changed, thirds included", () => {
  const after = withCell(sonnet, "output", "25/9") ?? {};
  expect(changedPrices(sonnet, after)).toEqual({ output: "25/3" });
  expect(readPrices({ output: "25/3" }).output).toEqual(after.output);
  expect(changedPrices(sonnet, official)).toEqual({ cacheRead: null });
});
