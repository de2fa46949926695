import { describe, expect, it } from "vitest";
import { wilson } from "./report.ts";
import { runMonth } from "./run-month.ts";

describe("a simulated month", () => {
  it("is the same whenever its seed is, finds nearly all thefts in time and seldom troubles an honest key", () => {
    const run = () => runMonth({ seed: 3, size: { keys: 40, days: 16, thefts: 20 } });
    const result = run();
    expect(result).toEqual(run());
    expect(result.thefts).toHaveLength(20);
    expect(result.thefts.filter(({ seconds }) => seconds !== null).length).toBeGreaterThanOrEqual(18);
    const falses = result.falseByKey.reduce((sum, n) => sum + n, 0);
    expect(falses / result.keyDays).toBeLessThan(0.02);
    expect(result.naive.falses).toBeGreaterThan(5 * falses);
  });

  it("gives Wilson's interval: 190 of 200 is 91.0 to 97.3 %", () => {
    const [low, high] = wilson(190, 200);
    expect(low).toBeCloseTo(0.9104, 3);
    expect(high).toBeCloseTo(0.9726, 3);
  });
});
