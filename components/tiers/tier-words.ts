import type { useTranslations } from "next-intl";
import type { PublicTier } from "#lib/tiers/schema";
import { paidText } from "../common/format-money.ts";

type Words = ReturnType<typeof useTranslations<"tiers">>;

/** From when on: "3,000 CNY recharged in all", "more than 100 USD spent on each of 7 days". */
export function thresholdText(
  tier: Pick<PublicTier, "kind" | "threshold" | "currency" | "days">,
  t: Words,
): string {
  const amount = paidText(tier.threshold, tier.currency);
  return t(`thresholds.${tier.kind}`, { amount, days: tier.days ?? 0 });
}

/** What for: "5 % on top of every recharge". */
export function rewardText(tier: Pick<PublicTier, "reward" | "percent">, t: Words): string {
  return t(`rewards.${tier.reward}`, { percent: tier.percent });
}
