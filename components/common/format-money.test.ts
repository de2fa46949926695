import { describe, expect, it } from "vitest";
import { convertedText, groupDigits, missingText, moneyRounded, moneyText } from "./format-money.ts";

describe("money as it is shown", () => {
  it.each([
    ["0", "$0.00"],
    ["12.5", "$12.50"],
    ["0.000123", "$0.000123"],
    ["-0.000001", "-$0.000001"],
    ["1154700.25", "$1,154,700.25"],
    ["999999999999999999.123456789", "$999,999,999,999,999,999.123456789"],
  ])("shows every digit of %s and at least the cents", (usd, text) => {
    expect(moneyText(usd)).toBe(text);
  });

  it.each([
    ["0", "$0.00"],
    ["0.00421", "$0.0042"],
    ["0.5", "$0.50"],
    ["12.345", "$12.35"],
    ["-12345.6", "-$12,346"],
    ["0.000000001", "$0.000000001"],
  ])("rounds %s for a tile without turning small spend into nothing", (usd, text) => {
    expect(moneyRounded(usd)).toBe(text);
  });

  it.each([
    ["2857.651245551", "2,857.66 CNY"],
    ["2857.65", "2,857.65 CNY"],
    ["0.000000001", "0.01 CNY"],
    ["999.999", "1,000 CNY"],
    ["3000", "3,000 CNY"],
    ["12.5", "12.50 CNY"],
  ])("says that %s is missing so that who pays it has arrived", (amount, text) => {
    expect(missingText(amount, "CNY")).toBe(text);
  });

  it("groups long counts by thousands", () => {
    expect(groupDigits("1154700")).toBe("1,154,700");
  });

  it("is converted by the dated rate, a decimal or a fraction, and says which currency it is", () => {
    const rate = { code: "CNY", date: "2026-11-21" };
    expect(convertedText("10", { ...rate, usdPerUnit: "0.14" })).toBe("¥71.43");
    expect(convertedText("-0.000001", { ...rate, usdPerUnit: "1/8" })).toBe("-¥0.000008");
  });
});
