"use client";

import { Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { tierProgressQuery } from "#lib/api/queries";
import type { TierProgress } from "#lib/tiers/schema";
import { missingText } from "../common/format-money.ts";
import { StateBadge } from "../common/state-badge.tsx";
import { rewardText, thresholdText } from "./tier-words.ts";
import classes from "./tiers.module.css";

type Item = TierProgress["items"][number];

/** How far an account is on the way to each discount tier, and what it holds already. Nothing where there are no tiers. */
export function TierProgressList({ accountId }: { accountId: string }) {
  const t = useTranslations("tiers");
  const { data } = useQuery(tierProgressQuery(accountId));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-label={t("title")}>
      <h2 className={classes.heading}>{t("title")}</h2>
      <ul className={classes.tiers}>
        {data.items.map((item) => (
          <ProgressRow key={item.tier.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function ProgressRow({ item }: { item: Item }) {
  const t = useTranslations("tiers");
  const { tier, state, share } = item;
  const name = useLocale() === "zh" && tier.nameZh !== "" ? tier.nameZh : tier.name;
  return (
    <li className={classes.tier}>
      <div className={classes.words}>
        <strong className={classes.name}>{name}</strong>
        <span className={classes.dim}>
          {thresholdText(tier, t)} → {rewardText(tier, t)}
        </span>
        {state !== "held" && (
          <Progress value={Math.round(share * 1000) / 10} aria-label={t("wayTo", { name })} mt={4} />
        )}
      </div>
      <div className={classes.aside}>
        {state === "held" ? (
          <StateBadge tone="ok">{t("held")}</StateBadge>
        ) : state === "offered" ? (
          <StateBadge tone="warn">{t("states.offered")}</StateBadge>
        ) : (
          <span className={classes.figure}>{leftText(item, t)}</span>
        )}
      </div>
    </li>
  );
}

function leftText(
  { missing, daysReached, tier }: Item,
  t: ReturnType<typeof useTranslations<"tiers">>,
): string {
  if (daysReached !== null) return t("daysReached", { count: daysReached, of: tier.days ?? 0 });
  return missing === null ? t("reached") : t("missing", { amount: missingText(missing, tier.currency) });
}
