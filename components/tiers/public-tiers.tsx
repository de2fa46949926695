import { useLocale, useTranslations } from "next-intl";
import type { PublicTier } from "#lib/tiers/schema";
import { rewardText, thresholdText } from "./tier-words.ts";
import classes from "./tiers.module.css";

/** What recharges and consumption are rewarded with, for everybody. Nothing where there are no tiers. */
export function PublicTiers({ tiers }: { tiers: readonly PublicTier[] }) {
  const t = useTranslations("tiers");
  const isChinese = useLocale() === "zh";
  if (tiers.length === 0) return null;
  return (
    <section aria-labelledby="tiers" className={classes.public}>
      <h2 id="tiers">{t("title")}</h2>
      <p>{t("publicText")}</p>
      <ul className={classes.tiers}>
        {tiers.map((tier) => (
          <li key={tier.id} className={classes.tier}>
            <div className={classes.words}>
              <strong className={classes.name}>
                {isChinese && tier.nameZh !== "" ? tier.nameZh : tier.name}
              </strong>
              <span className={classes.dim}>{thresholdText(tier, t)}</span>
            </div>
            <div className={classes.words}>
              <span>{rewardText(tier, t)}</span>
              <span className={classes.dim}>
                {[t(`policies.${tier.policy}`), t(`durations.${tier.duration}`), bonusText(tier, t)]
                  .filter((text) => text !== "")
                  .join(" · ")}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function bonusText({ bonusDays }: PublicTier, t: ReturnType<typeof useTranslations<"tiers">>): string {
  return bonusDays === null ? "" : t("bonusLasts", { days: bonusDays });
}
