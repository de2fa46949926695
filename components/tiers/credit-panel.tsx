"use client";

import { Button } from "@mantine/core";
import { IconCreditCard, IconGift } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { accountQuery } from "#lib/api/queries";
import { useCan } from "../shell/me.tsx";
import { BonusList } from "./bonus-list.tsx";
import classes from "./credit.module.css";
import { LowBalance } from "./low-balance.tsx";
import { TierProgressList } from "./progress.tsx";
import { StatementsList } from "./statements-list.tsx";

const GiftForm = dynamic(() => import("./gift-form.tsx").then((module) => module.GiftForm), { ssr: false });
const CreditLineForm = dynamic(
  () => import("./credit-line-form.tsx").then((module) => module.CreditLineForm),
  {
    ssr: false,
  },
);

/** What an account was given, how far it is to the next tier, how long its money lasts, and its statements. */
export function CreditPanel({ accountId }: { accountId: string }) {
  const t = useTranslations("credit");
  const { data: account } = useQuery(accountQuery(accountId));
  const mayGive = useCan("ledger.write");
  const [open, setOpen] = useState<"gift" | "line" | null>(null);
  return (
    <div className={classes.panel}>
      {mayGive && (
        <div className={classes.actions}>
          <Button variant="default" leftSection={<IconGift size={16} />} onClick={() => setOpen("gift")}>
            {t("gift")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconCreditCard size={16} />}
            onClick={() => setOpen("line")}
          >
            {t("creditLine")}
          </Button>
        </div>
      )}
      <LowBalance accountId={accountId} />
      <TierProgressList accountId={accountId} />
      <BonusList accountId={accountId} />
      <StatementsList accountId={accountId} />
      {open === "gift" && account !== undefined && (
        <GiftForm account={account} onClose={() => setOpen(null)} />
      )}
      {open === "line" && account !== undefined && (
        <CreditLineForm account={account} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}
