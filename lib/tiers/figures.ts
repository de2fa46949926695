import {
  type Fraction,
  formatDecimal,
  fractionFromInteger,
  multiplyFractions,
  roundHalfUp,
} from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import type { Measured, SpentDay, Threshold } from "./measure.ts";
import type { Figures } from "./schema.ts";

/** What a measurement says, as it is stored and shown. */
export function figuresOf(
  tier: Threshold,
  measured: Measured,
  days: readonly SpentDay[] = [],
  timeZone: string | null = null,
): Figures {
  return {
    kind: tier.kind,
    currency: tier.currency,
    threshold: amountText(tier.threshold),
    value: amountText(measured.value),
    recharges: tier.kind === "daily" ? 0 : measured.counted,
    days: days.map(({ day, spent }) => ({ day, spent: amountText(spent) })),
    timeZone: tier.kind === "daily" ? timeZone : null,
  };
}

/** An amount as a decimal; one without an end is cut to nine places, down: 2,999.999… must not read 3,000. */
export function amountText(amount: Fraction): string {
  const exact = formatDecimal(amount);
  if (exact !== undefined && (exact.split(".")[1] ?? "").length <= 9) return exact;
  const scaled = multiplyFractions(amount, { num: 1_000_000_000n, den: 1n });
  return formatUsd(scaled.num / scaled.den);
}

/** `percent` % of an amount of nano-USD, rounded half up: 5 of 30 is 1.5, so 2. */
export function shareOf(nanoUsd: bigint, percent: Fraction): bigint {
  const hundredths = multiplyFractions(fractionFromInteger(nanoUsd), percent);
  return roundHalfUp(multiplyFractions(hundredths, { num: 1n, den: 100n }));
}
