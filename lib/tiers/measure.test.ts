import { describe, expect, it } from "vitest";
import { parseFraction } from "#lib/core/fraction";
import { amountText, shareOf } from "./figures.ts";
import {
  type CountedRecharges,
  measureDays,
  measureRecharges,
  type RateAt,
  type Threshold,
} from "./measure.ts";

const cny: Threshold = { kind: "cumulative", currency: "CNY", threshold: parseFraction("3000"), days: 0 };
const rates = [
  { day: "2026-11-01", usd: "0.14" },
  { day: "2026-11-10", usd: "0.15" },
];
const rateAt: RateAt = (currency, day) => {
  if (currency === "USD") return parseFraction("1");
  const rate = currency === "CNY" ? rates.findLast((one) => one.day <= day) : undefined;
  return rate && parseFraction(rate.usd);
};
const paid = (amount: string, currency = "CNY", day = "2026-11-05"): CountedRecharges => ({
  ...{ count: 1, sum: parseFraction(amount), largest: parseFraction(amount), currency, day },
  usdPerUnit: currency === "USD" ? parseFraction("1") : parseFraction("0.14"),
});
const isReached = (...recharges: CountedRecharges[]) => measureRecharges(cny, recharges, rateAt).isReached;

describe("a threshold of recharges", () => {
  it("is not reached at 2,999.99 and is at 3,000.00, by one recharge or by several", () => {
    expect(isReached(paid("2999.99"))).toBe(false);
    expect(isReached(paid("3000.00"))).toBe(true);
    expect(isReached(paid("1999.99"), paid("1000"))).toBe(false);
    expect(isReached(paid("1999.99"), paid("1000.01"))).toBe(true);
  });

  it("counts another currency at the rates of that recharge's own day, exactly", () => {
    // 420 USD at 0.14 are 3,000 CNY to the last digit; a day later, at 0.15, 2,800.
    expect(isReached(paid("420", "USD", "2026-11-09"))).toBe(true);
    expect(isReached(paid("419.999999999", "USD", "2026-11-09"))).toBe(false);
    expect(isReached(paid("420", "USD", "2026-11-10"))).toBe(false);
    expect(isReached(paid("420", "USD", "2026-11-10"), paid("30", "USD", "2026-11-10"))).toBe(true);
    // Paid in the tier's own currency it never depends on a rate.
    expect(isReached(paid("3000", "CNY", "2026-10-01"))).toBe(true);
  });

  it("leaves out what has no rate of its day, and takes the largest alone where one recharge has to do it", () => {
    expect(measureRecharges(cny, [paid("9999", "USD", "2026-10-31")], rateAt)).toMatchObject({
      isReached: false,
      counted: 0,
    });
    const single = { ...cny, kind: "single" as const };
    expect(measureRecharges(single, [paid("1500"), paid("1500")], rateAt).isReached).toBe(false);
    expect(measureRecharges(single, [paid("1"), paid("3000")], rateAt).isReached).toBe(true);
  });
});

describe("a threshold of days", () => {
  const daily: Threshold = { kind: "daily", currency: "USD", threshold: parseFraction("100"), days: 7 };
  const days = (...spent: string[]) =>
    spent.map((usd, index) => ({ day: `2026-11-0${index + 1}`, spent: parseFraction(usd) }));
  const above = Array<string>(6).fill("100.000000001");

  it("wants more than it on each of the days: seven with one at 99.99, or at 100.00, are not enough", () => {
    expect(measureDays(daily, days(...above, "100.000000001")).isReached).toBe(true);
    expect(measureDays(daily, days(...above, "99.99"))).toMatchObject({ isReached: false, counted: 6 });
    expect(measureDays(daily, days(...above, "100")).isReached).toBe(false);
    expect(measureDays(daily, days(...above)).isReached).toBe(false);
  });

  it("says the least of the days", () => {
    expect(amountText(measureDays(daily, days(...above, "99.99")).value)).toBe("99.99");
  });
});

it("shows an amount without an end short of what it has not reached", () => {
  expect(amountText(parseFraction("8999999999999/3000000000"))).toBe("2999.999999999");
});

it("rounds a share of credit half up, once", () => {
  expect(shareOf(30n, parseFraction("5"))).toBe(2n);
  expect(shareOf(29n, parseFraction("5"))).toBe(1n);
  expect(shareOf(3_000_000_001n, parseFraction("25/3"))).toBe(250_000_000n);
});
