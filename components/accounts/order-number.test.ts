import { describe, expect, it } from "vitest";
import { makeOrderNo } from "./order-number.ts";

describe("a proposed order number", () => {
  it("carries the day and letters that cannot be mistaken for each other", () => {
    const draws = [0, 0.999, 0.5, 0.1, 0.9, 0.3];
    const number = makeOrderNo(new Date("2026-11-21T23:00:00Z"), () => draws.shift() ?? 0);
    expect(number).toBe("R20261121-2ZJ5WB");
    expect(number).not.toMatch(/[01IO]$/);
  });
});
