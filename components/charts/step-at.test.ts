import { expect, it } from "vitest";
import { stepAt } from "./step-at.ts";

it("finds the step that is nearest to where one presses, without anything having been shown before", () => {
  const minutes = { firstMs: 600_000, lastMs: 600_000 + 10 * 60_000, stepMs: 60_000 };
  const at = (x: number) => {
    const found = stepAt(x, 1_000, minutes);
    return found === null ? null : (found - minutes.firstMs) / 60_000;
  };
  expect([0, 49, 51, 500, 949, 951, 1_000].map(at)).toEqual([0, 0, 1, 5, 9, 10, 10]);
  expect([-40, 1_040].map(at)).toEqual([0, 10]);
  expect([-60, 1_060].map(at)).toEqual([null, null]);
  expect(stepAt(300, 1_000, { ...minutes, lastMs: minutes.firstMs })).toBe(600_000);
  expect(stepAt(3, 0, minutes)).toBeNull();
});
