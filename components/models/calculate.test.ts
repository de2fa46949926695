import { describe, expect, it } from "vitest";
import { calculate } from "./calculate.ts";

const asked = { prompt: 1_200, cached: 1_000, completion: 300, pieces: 2 };

const plain = { tiers: [], hours: [], images: [] };

describe("the calculator", () => {
  it("comes to what the bill of the first worked example comes to, and a million times it", () => {
    const price = { input: "0.15", output: "0.6", cacheRead: "0.075" };
    const bill = calculate({ price, ...plain }, asked, "1");
    expect(bill).toMatchObject({ cost: "0.000285", perMillion: "285", pieces: null });
    expect(bill.terms.map(({ amount }) => amount)).toEqual(["$0.00003", "$0.00018", "$0.000075"]);
    expect(calculate({ price, ...plain }, asked, "9/10").cost).toBe("0.0002565");
  });

  it("takes the tier of a long prompt", () => {
    const tiers = [{ above: 200_000, factors: { input: "2" } }];
    const long = { ...asked, prompt: 200_001, cached: 0, completion: 0 };
    expect(calculate({ price: { input: "1", output: "2" }, ...plain, tiers }, long, "1").cost).toBe(
      "0.400002",
    );
  });

  it("prices pieces where a model is sold by them", () => {
    const bill = calculate({ price: { image: "0.04" }, ...plain }, asked, "1");
    expect(bill).toMatchObject({ cost: "0.08", pieces: "image" });
  });

  it("asks an embedding for no output", () => {
    expect(calculate({ price: { input: "0.02" }, ...plain }, asked, "1").cost).toBe("0.000024");
  });
});
