import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addFractions,
  compareFractions,
  divideFractions,
  type Fraction,
  formatDecimal,
  formatFraction,
  fractionFromNumber,
  makeFraction,
  maxFraction,
  multiplyFractions,
  parseFraction,
  roundHalfUp,
  roundUp,
  subtractFractions,
  zero,
} from "./fraction.ts";

const fractions = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([num, den]) => makeFraction(num, den));

describe("reading fractions", () => {
  it.each([
    ["25/3", 25n, 3n],
    ["50/6", 25n, 3n],
    ["-1/2", -1n, 2n],
    ["1/-2", -1n, 2n],
    ["0.15", 3n, 20n],
    ["0.1/0.3", 1n, 3n],
    ["1e-7", 1n, 10_000_000n],
    ["2.5E+3", 2500n, 1n],
    ["007", 7n, 1n],
    ["0", 0n, 1n],
    ["-0.0", 0n, 1n],
  ])("%s is %s/%s", (text, num, den) => {
    expect(parseFraction(text)).toEqual({ num, den });
  });

  it.each([
    "",
    " ",
    "a",
    "1/0",
    "1/0.0",
    "1/2/3",
    "/",
    "1/",
    "1,5",
    ".5",
    "1.",
    "NaN",
    "Infinity",
    "0x10",
    "1e9999",
  ])("refuses %j by name", (text) => {
    expect(() => parseFraction(text)).toThrow(JSON.stringify(text));
  });

  it("reads a JS number by its decimal literal, not by its binary value", () => {
    expect(fractionFromNumber(0.075)).toEqual({ num: 3n, den: 40n });
    expect(fractionFromNumber(1e-7)).toEqual({ num: 1n, den: 10_000_000n });
    expect(fractionFromNumber(0.1 + 0.2)).toEqual(parseFraction("0.30000000000000004"));
    expect(() => fractionFromNumber(Number.NaN)).toThrow("NaN");
  });

  it("gives back what it formatted", () => {
    fc.assert(
      fc.property(fractions, (value) => {
        expect(parseFraction(formatFraction(value))).toEqual(value);
      }),
    );
  });
});

describe("decimals", () => {
  it.each([
    ["3/40", "0.075"],
    ["-3/40", "-0.075"],
    ["150", "150"],
    ["1/1024", "0.0009765625"],
    ["0", "0"],
  ])("%s is %s", (text, decimal) => {
    expect(formatDecimal(parseFraction(text))).toBe(decimal);
  });

  it("has none for thirds", () => {
    expect(formatDecimal(parseFraction("25/3"))).toBeUndefined();
  });

  it("means the same number wherever there is one", () => {
    fc.assert(
      fc.property(fractions, (value) => {
        const decimal = formatDecimal(value);
        if (decimal !== undefined) expect(parseFraction(decimal)).toEqual(value);
      }),
    );
  });
});

describe("arithmetic", () => {
  const isReduced = ({ num, den }: Fraction) => den > 0n && makeFraction(num, den).den === den;

  it("undoes addition by subtraction and multiplication by division, always reduced", () => {
    fc.assert(
      fc.property(fractions, fractions, (left, right) => {
        const sum = addFractions(left, right);
        expect(isReduced(sum)).toBe(true);
        expect(subtractFractions(sum, right)).toEqual(left);
        if (right.num !== 0n) expect(divideFractions(multiplyFractions(left, right), right)).toEqual(left);
      }),
    );
  });

  it("distributes multiplication over addition", () => {
    fc.assert(
      fc.property(fractions, fractions, fractions, (left, right, factor) => {
        expect(multiplyFractions(addFractions(left, right), factor)).toEqual(
          addFractions(multiplyFractions(left, factor), multiplyFractions(right, factor)),
        );
      }),
    );
  });

  it("orders as the difference's sign says", () => {
    fc.assert(
      fc.property(fractions, fractions, (left, right) => {
        const order = compareFractions(left, right);
        expect(order).toBe(compareFractions(subtractFractions(left, right), zero));
        expect(maxFraction(left, right)).toEqual(order < 0 ? right : left);
      }),
    );
  });

  it("refuses to divide by 0", () => {
    expect(() => divideFractions(makeFraction(1n, 2n), zero)).toThrow(RangeError);
  });
});

describe("rounding", () => {
  it.each([
    ["5/2", 3n],
    ["-5/2", -2n],
    ["7/3", 2n],
    ["8/3", 3n],
    ["-8/3", -3n],
    ["1/2", 1n],
    ["-1/2", 0n],
    ["4", 4n],
  ])("rounds %s half up to %s", (text, rounded) => {
    expect(roundHalfUp(parseFraction(text))).toBe(rounded);
  });

  it("stays within a half, a tie never below", () => {
    fc.assert(
      fc.property(fractions, (value) => {
        const error = subtractFractions({ num: roundHalfUp(value), den: 1n }, value);
        expect(compareFractions(error, makeFraction(1n, 2n))).toBeLessThanOrEqual(0);
        expect(compareFractions(error, makeFraction(-1n, 2n))).toBe(1);
      }),
    );
  });

  it("rounds a bound up to the smallest integer not below it", () => {
    fc.assert(
      fc.property(fractions, (value) => {
        const bound = roundUp(value);
        expect(compareFractions({ num: bound, den: 1n }, value)).toBeGreaterThanOrEqual(0);
        expect(compareFractions({ num: bound - 1n, den: 1n }, value)).toBe(-1);
      }),
    );
  });
});
