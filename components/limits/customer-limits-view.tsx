"use client";

import { useTranslations } from "next-intl";
import { PageHeader } from "../shell/page-header.tsx";
import { AccountLimits } from "./account-limits.tsx";
import classes from "./limits.module.css";

/** A customer's limits: how full they are now and were, and asking for more. */
export function CustomerLimitsView({ accountId }: { accountId: string }) {
  const t = useTranslations("limits");
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.page}>
        <p className={classes.note}>{t("customersHelp")}</p>
        <AccountLimits accountId={accountId} />
      </div>
    </>
  );
}
