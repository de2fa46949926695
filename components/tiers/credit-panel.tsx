"use client";

import { Button } from "@mantine/core";
import { IconBell, IconCreditCard, IconDiscount2, IconGift } from "@tabler/icons-react";
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

const GiveTierForm = dynamic(() => import("./give-tier-form.tsx").then((module) => module.GiveTierForm), {
  ssr: false,
});
const BalanceCareForm = dynamic(
  () => import("./balance-care-form.tsx").then((module) => module.BalanceCareForm),
  { ssr: false },
);

/** What an account was given, how far it is to the next tier, how long its money lasts, and its statements. */
export function CreditPanel({ accountId }: { accountId: string }) {
  const t = useTranslations("credit");
  const { data: account } = useQuery(accountQuery(accountId));
  const mayGive = useCan("ledger.write");
  const mayGiveTiers = useCan("tiers.write");
  const mayChangeNotices = useCan("members.write");
  const [open, setOpen] = useState<"gift" | "line" | "tier" | "notices" | null>(null);
  const close = () => setOpen(null);
  const action = (what: typeof open, Icon: typeof IconGift, label: string) => (
    <Button variant="default" leftSection={<Icon size={16} />} onClick={() => setOpen(what)}>
      {label}
    </Button>
  );
  return (
    <div className={classes.panel}>
      {(mayGive || mayGiveTiers || mayChangeNotices) && (
        <div className={classes.actions}>
          {mayGive && action("gift", IconGift, t("gift"))}
          {mayGiveTiers && action("tier", IconDiscount2, t("giveTier"))}
          {mayGive && action("line", IconCreditCard, t("creditLine"))}
          {mayChangeNotices && action("notices", IconBell, t("notices"))}
        </div>
      )}
      <LowBalance accountId={accountId} />
      <TierProgressList accountId={accountId} />
      <BonusList accountId={accountId} />
      <StatementsList accountId={accountId} />
      {open === "gift" && account !== undefined && <GiftForm account={account} onClose={close} />}
      {open === "tier" && account !== undefined && <GiveTierForm account={account} onClose={close} />}
      {open === "line" && <CreditLineForm accountId={accountId} onClose={close} />}
      {open === "notices" && <BalanceCareForm accountId={accountId} onClose={close} />}
    </div>
  );
}
