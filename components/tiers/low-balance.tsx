"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { balanceCareQuery } from "#lib/api/queries";
import { moneyRounded } from "../common/format-money.ts";
import classes from "./credit.module.css";

/** Says that an account's money runs low, and how long it lasts; nothing while it does not. */
export function LowBalance({ accountId }: { accountId: string }) {
  const t = useTranslations("credit");
  const { data } = useQuery(balanceCareQuery(accountId));
  if (data === undefined || data.low.length === 0) return null;
  const left = moneyRounded(data.spendable);
  return (
    <p className={classes.low} role="status">
      {data.daysLeft === null ? t("low", { left }) : t("lowFor", { left, days: data.daysLeft })}
    </p>
  );
}
