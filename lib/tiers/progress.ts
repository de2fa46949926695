import { divideFractions, type Fraction, subtractFractions } from "#lib/core/fraction";
import { amountText, figuresOf } from "./figures.ts";
import {
  type CountedRecharges,
  measureDays,
  measureRecharges,
  type RateAt,
  type SpentDay,
} from "./measure.ts";
import type { Figures, TierProgress } from "./schema.ts";
import type { StandingTier } from "./store.ts";

/** What an account has paid and spent, as tiers look at it. `days`: the last whole days, as many as any tier asks for. */
export type Paying = {
  recharges: readonly CountedRecharges[];
  days: readonly SpentDay[];
  timeZone: string;
};

export const nothingPaid: Paying = { recharges: [], days: [], timeZone: "UTC" };

/** How far an account is on the way to one tier. */
export function standingOf(
  tier: StandingTier,
  paying: Paying,
  rateAt: RateAt,
): { isReached: boolean; figures: Figures } & Pick<
  TierProgress["items"][number],
  "share" | "missing" | "daysReached"
> {
  if (tier.kind === "daily") {
    const days = paying.days.slice(-tier.days);
    const measured = measureDays(tier, days);
    return {
      isReached: measured.isReached,
      figures: figuresOf(tier, measured, days, paying.timeZone),
      share: tier.days === 0 ? 0 : measured.counted / tier.days,
      missing: null,
      daysReached: measured.counted,
    };
  }
  const measured = measureRecharges(tier, paying.recharges, rateAt);
  const { isReached } = measured;
  return {
    isReached,
    figures: figuresOf(tier, measured),
    share: isReached ? 1 : toNumber(divideFractions(measured.value, tier.threshold)),
    missing: isReached ? null : missingText(subtractFractions(tier.threshold, measured.value)),
    daysReached: null,
  };
}

/** What is missing, rounded up where it has no end: who pays that much has reached it. */
function missingText(amount: Fraction): string {
  const text = amountText(amount);
  return text === "0" ? "0.000000001" : text;
}

/** For a bar on the screen only. */
function toNumber({ num, den }: Fraction): number {
  return Number((num * 10_000n) / den) / 10_000;
}
