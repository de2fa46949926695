import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatUsd, parseUsd } from "./money.ts";

describe("dollars and nano-USD", () => {
  it.each([
    ["12.5", 12_500_000_000n],
    ["0", 0n],
    ["-0.000001", -1_000n],
    ["0.000000001", 1n],
    ["100", 100_000_000_000n],
    ["-3.000000007", -3_000_000_007n],
  ])("%s is %s nano-USD and back", (text, nanoUsd) => {
    expect(parseUsd(text)).toBe(nanoUsd);
    expect(formatUsd(nanoUsd)).toBe(text);
  });

  it("drops trailing zeros and needless leading ones", () => {
    expect(formatUsd(parseUsd("007.500000000"))).toBe("7.5");
    expect(formatUsd(parseUsd("-0"))).toBe("0");
  });

  it.each([
    "",
    " 1",
    "1 ",
    "+1",
    ".5",
    "1.",
    "1,5",
    "1e3",
    "0.0000000001",
    "NaN",
    "$1",
    "--1",
    "1234567890123456789",
  ])("refuses %j by name", (text) => {
    expect(() => parseUsd(text)).toThrow(JSON.stringify(text));
  });

  it("loses nothing on the way there and back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (nanoUsd) => {
        expect(parseUsd(formatUsd(nanoUsd))).toBe(nanoUsd);
      }),
    );
  });
});
