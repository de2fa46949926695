"use client";

import { useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import { Ago } from "../common/ago.tsx";
import { FigureList, type ListedFigure } from "../common/figure-list.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import classes from "./accounts.module.css";

/** What the account has: balance, what running calls hold of it, what is left to spend; and its terms. */
export function AccountMoney({ account }: { account: Account }) {
  const t = useTranslations("accounts");
  const tab = (name: "ledger" | "credit" | "usage") =>
    `/accounts/${encodeURIComponent(account.id)}?tab=${name}`;
  const figures: ListedFigure[] = [
    { name: t("available"), value: <Money value={account.available} strong />, href: tab("ledger") },
    { name: t("balance"), value: <Money value={account.balance} />, href: tab("ledger") },
    { name: t("held"), value: <Money value={account.held} />, href: tab("usage") },
    ...(account.bonus === "0"
      ? []
      : [{ name: t("bonus"), value: <Money value={account.bonus} />, href: tab("credit") }]),
    ...(account.creditLine === "0"
      ? []
      : [{ name: t("creditLine"), value: <Money value={account.creditLine} />, href: tab("credit") }]),
  ];
  const terms = [
    { name: t("group"), value: account.group },
    ...(account.tier === null ? [] : [{ name: t("tier"), value: account.tier.name }]),
    { name: t("timeZone"), value: account.timeZone },
    { name: t("email"), value: account.email ?? "–" },
    { name: t("created"), value: <Ago at={account.createdAt} /> },
    { name: t("id"), value: <Id value={account.id} /> },
  ];
  return (
    <div className={classes.money}>
      <FigureList figures={figures} className={classes.figures} />
      <dl className={classes.terms}>
        {terms.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
