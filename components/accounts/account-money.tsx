"use client";

import { useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import { Ago } from "../common/ago.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import classes from "./accounts.module.css";

/** What the account has: balance, what running calls hold of it, what is left to spend; and its terms. */
export function AccountMoney({ account }: { account: Account }) {
  const t = useTranslations("accounts");
  const figures = [
    { name: t("available"), value: <Money value={account.available} strong /> },
    { name: t("balance"), value: <Money value={account.balance} /> },
    { name: t("held"), value: <Money value={account.held} /> },
    ...(account.bonus === "0" ? [] : [{ name: t("bonus"), value: <Money value={account.bonus} /> }]),
    ...(account.creditLine === "0"
      ? []
      : [{ name: t("creditLine"), value: <Money value={account.creditLine} /> }]),
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
      <dl className={classes.figures}>
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
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
