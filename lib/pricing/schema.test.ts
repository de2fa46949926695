import { describe, expect, it } from "vitest";
import { formatComponents, fractionSchema, parseComponents } from "./schema.ts";

describe("stored prices", () => {
  it("reads and writes fractions of nano-USD per unit, units in one order", () => {
    const json = { input: "150", output: "600", cacheRead: "75/2" };
    expect(formatComponents(parseComponents({ cacheRead: "37.5", output: "600", input: "150" }))).toEqual(
      json,
    );
    expect(Object.keys(formatComponents(parseComponents({ output: "1", input: "2" })))).toEqual([
      "input",
      "output",
    ]);
  });

  it.each([{ inputs: "1" }, { input: 1 }, { input: "-1" }, { input: "" }, { input: "1/0" }, [], null, "1"])(
    "refuses %j",
    (json) => {
      expect(() => parseComponents(json)).toThrow();
    },
  );

  it("says what a price may look like", () => {
    const result = fractionSchema.safeParse("-1");
    expect(result.error?.issues[0]?.message).toBe("must be a decimal or a fraction, 0 or more");
  });
});
