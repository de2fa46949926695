import { multiplyFractions, parseFraction, roundHalfUp } from "#lib/core/fraction";

/** The most that one recharge may credit: $1 billion, far inside 64 bits. */
export const maxCreditNanoUsd = 10n ** 18n;

/**
 * What a payment credits, nano-USD: amount × rate × 10^9, exact until one rounding half up. `amount` is a decimal
 * in its currency, `rate` USD per 1 of it, as a decimal or a fraction: 100 CNY at 0.14 → 14,000,000,000.
 */
export function creditNanoUsd(amount: string, rate: string): bigint {
  const nanoPerUsd = { num: 1_000_000_000n, den: 1n };
  const usd = multiplyFractions(parseFraction(amount), parseFraction(rate));
  return roundHalfUp(multiplyFractions(usd, nanoPerUsd));
}
