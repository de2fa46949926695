"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { balanceCareQuery } from "#lib/api/queries";
import { moneyText } from "../common/format-money.ts";
import { useCan } from "../shell/me.tsx";
import classes from "./credit.module.css";

const BalanceCareForm = dynamic(
  () => import("./balance-care-form.tsx").then((module) => module.BalanceCareForm),
  { ssr: false },
);

/** What a customer is told of the own balance, and where that is changed. */
export function OwnNotices({ accountId }: { accountId: string }) {
  const t = useTranslations("credit");
  const mayChange = useCan("members.write");
  const { data } = useQuery(balanceCareQuery(accountId));
  const [isOpen, setOpen] = useState(false);
  if (data === undefined) return null;
  const { lowBalance, lowBalanceDays, mailsStatements } = data.inForce;
  return (
    <section aria-label={t("notices")}>
      <h2 className={classes.heading}>{t("notices")}</h2>
      <ul className={classes.rows}>
        <li className={classes.row}>
          <span className={classes.what}>{t("whenLow")}</span>
          <span className={classes.figure}>
            {Number(lowBalance) > 0 ? moneyText(lowBalance) : t("never")}
          </span>
        </li>
        <li className={classes.row}>
          <span className={classes.what}>{t("whenShort")}</span>
          <span className={classes.figure}>
            {lowBalanceDays > 0 ? t("inDays", { days: lowBalanceDays }) : t("never")}
          </span>
        </li>
        <li className={classes.row}>
          <span className={classes.what}>{t("mailsStatements")}</span>
          <span className={classes.figure}>{t(mailsStatements ? "isMailed" : "isNotMailed")}</span>
        </li>
      </ul>
      {mayChange && (
        <Button variant="default" size="compact-sm" mt="xs" onClick={() => setOpen(true)}>
          {t("changeNotices")}
        </Button>
      )}
      {isOpen && <BalanceCareForm accountId={accountId} onClose={() => setOpen(false)} />}
    </section>
  );
}
