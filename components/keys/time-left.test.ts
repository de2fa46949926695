import { describe, expect, it } from "vitest";
import { timeLeft } from "./time-left.ts";

describe("the clock of an overlap", () => {
  it.each([
    [0, "00:00"],
    [59_001, "01:00"],
    [3_547_000, "59:07"],
    [86_399_000, "23:59:59"],
    [604_799_000, "6 d 23:59:59"],
  ])("says %d ms as %s", (ms, text) => {
    expect(timeLeft(ms)).toBe(text);
  });
});
