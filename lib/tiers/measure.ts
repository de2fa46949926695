import {
  addFractions,
  compareFractions,
  divideFractions,
  type Fraction,
  multiplyFractions,
  zero,
} from "#lib/core/fraction";

/** A tier's threshold, ready to compare with. */
export type Threshold = {
  readonly kind: "cumulative" | "single" | "daily";
  readonly currency: string;
  readonly threshold: Fraction;
  /** daily: on how many days in a row. */
  readonly days: number;
};

/** Credited recharges of one currency, rate and day, each less what was refunded of it: what they come to. */
export type CountedRecharges = {
  readonly count: number;
  readonly sum: Fraction;
  /** The largest alone. */
  readonly largest: Fraction;
  readonly currency: string;
  /** USD per 1 of their currency, as they were credited. */
  readonly usdPerUnit: Fraction;
  /** The UTC day on which they were credited, YYYY-MM-DD. */
  readonly day: string;
};

/** A day of the account's own time zone, and what was spent in it, USD. */
export type SpentDay = { readonly day: string; readonly spent: Fraction };

/** Newest rate of a currency dated that day or before, USD per 1; undefined: none. */
export type RateAt = (currency: string, day: string) => Fraction | undefined;

/** How far an account is. `value` in the tier's currency; of days in a row the least of them. */
export type Measured = { readonly isReached: boolean; readonly value: Fraction; readonly counted: number };

/**
 * Whether recharges reach a threshold: at least it, all of them together or the largest alone. A recharge in another
 * currency counts at the rates of its own day: later rates move no recharge. One whose day has no rate for the tier's
 * currency does not count.
 */
export function measureRecharges(
  tier: Threshold,
  recharges: readonly CountedRecharges[],
  rateAt: RateAt,
): Measured {
  let [value, counted] = [zero, 0];
  for (const one of recharges) {
    const amount = valueIn(tier.currency, tier.kind === "single" ? one.largest : one.sum, one, rateAt);
    if (amount === undefined) continue;
    counted += one.count;
    if (tier.kind !== "single") value = addFractions(value, amount);
    else if (compareFractions(amount, value) > 0) value = amount;
  }
  return { isReached: compareFractions(value, tier.threshold) >= 0, value, counted };
}

/** Whether more than the threshold was spent on each of the tier's days: on exactly as many, and none left out. */
export function measureDays(tier: Threshold, days: readonly SpentDay[]): Measured {
  const above = days.filter(({ spent }) => compareFractions(spent, tier.threshold) > 0).length;
  const value = days.reduce<Fraction | undefined>(
    (least, { spent }) => (least === undefined || compareFractions(spent, least) < 0 ? spent : least),
    undefined,
  );
  return {
    isReached: days.length >= tier.days && above === days.length,
    value: value ?? zero,
    counted: above,
  };
}

function valueIn(
  currency: string,
  amount: Fraction,
  paid: CountedRecharges,
  rateAt: RateAt,
): Fraction | undefined {
  if (paid.currency === currency) return amount;
  const rate = rateAt(currency, paid.day);
  return rate && divideFractions(multiplyFractions(amount, paid.usdPerUnit), rate);
}
