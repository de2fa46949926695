import { expect, it } from "vitest";
import { dollars, expectedCost, nanoUsd } from "./expected-cost.ts";

it("computes a bill by hand: 374 and 44 tokens of sim-chat", () => {
  const price = { input: "0.15", output: "0.6", groupMultiplier: "1" };
  expect(expectedCost({ promptTokens: 374, completionTokens: 44 }, price)).toBe(82_500n);
});

it("rounds once, half up, fractions included", () => {
  const price = { input: "0.0005", output: "1/3", groupMultiplier: "1" };
  expect(expectedCost({ promptTokens: 1, completionTokens: 0 }, price)).toBe(1n);
  expect(expectedCost({ promptTokens: 0, completionTokens: 1 }, price)).toBe(333n);
  expect(expectedCost({ promptTokens: 0, completionTokens: 1 }, { ...price, groupMultiplier: "25/2" })).toBe(
    4167n,
  );
});

it("reads and shows dollars", () => {
  expect([nanoUsd("12.5"), nanoUsd("-0.000000001")]).toEqual([12_500_000_000n, -1n]);
  expect([dollars(12_500_000_000n), dollars(-1_000n)]).toEqual(["$12.500000", "-$0.000001"]);
});
