"use client";

import { useTranslations } from "next-intl";
import type { Key } from "#lib/keys/schema";
import { Money } from "../common/money.tsx";
import classes from "./keys.module.css";

type Props = {
  budget: Key["budget"];
  /** In a list: which period it is says hovering. */
  isShort?: boolean;
};

/** Spend against budget in the running period, with a bar that shows how much is left. */
export function KeyBudget({ budget, isShort = false }: Props) {
  const t = useTranslations("keys");
  if (budget === null) return <span className={classes.dim}>{t("noBudget")}</span>;
  const share = Number(budget.amount) === 0 ? 1 : Math.min(1, Number(budget.spent) / Number(budget.amount));
  return (
    <span className={classes.budget} {...(isShort ? { title: t(`periods.${budget.period}`) } : {})}>
      <span>
        <Money value={budget.spent} rounded={isShort} /> <span className={classes.dim}>/</span>{" "}
        <Money value={budget.amount} />
        {!isShort && <span className={classes.dim}> {t(`periods.${budget.period}`)}</span>}
      </span>
      <span className={classes.bar} data-full={share >= 1 || undefined}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}
