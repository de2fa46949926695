import { describe, expect, it } from "vitest";
import { changeOf } from "./change-of.ts";

describe("a change against last week", () => {
  it.each([
    [112, 100, "+12 %"],
    [97, 100, "−3 %"],
    [420, 100, "×4.2"],
    [100, 100, "±0 %"],
    [5, 0, null],
  ])("of %d against %d reads %s", (now, before, text) => {
    expect(changeOf(now, before)).toBe(text);
  });
});
