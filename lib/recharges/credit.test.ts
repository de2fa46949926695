import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditNanoUsd } from "./credit.ts";
import { isGoodRate } from "./rate.ts";

describe("what a payment credits", () => {
  it.each([
    ["100", "1", 100_000_000_000n],
    ["100", "0.14", 14_000_000_000n],
    ["0.000001", "1", 1_000n],
    ["1", "1/7", 142_857_143n],
    ["0.01", "1/7", 1_428_571n],
    ["0.000001", "1/2000", 1n],
    ["0.000001", "1/2001", 0n],
  ])("%s at %s is %s nano-USD, rounded half up once", (amount, rate, credit) => {
    expect(creditNanoUsd(amount, rate)).toBe(credit);
  });

  it("is never more than half a nano-USD off", () => {
    const micro = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(
        micro,
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (a, num, den) => {
          const amount = `${a / 1_000_000n}.${String(a % 1_000_000n).padStart(6, "0")}`;
          const error = creditNanoUsd(amount, `${num}/${den}`) * BigInt(den) - a * 1000n * BigInt(num);
          expect(2n * (error < 0n ? -error : error)).toBeLessThanOrEqual(BigInt(den));
        },
      ),
    );
  });
});

it("a rate is good on its day and so many days after it, a standing one always", () => {
  const isGood = (day: string, days: number, isStanding = false) =>
    isGoodRate({ date: "2026-02-26", isStanding }, day, days);
  expect(["2026-02-26", "2026-03-05", "2026-03-06"].map((day) => isGood(day, 7))).toEqual([
    true,
    true,
    false,
  ]);
  expect(["2026-02-26", "2026-02-27"].map((day) => isGood(day, 0))).toEqual([true, false]);
  expect(isGood("2029-01-01", 0, true)).toBe(true);
});
