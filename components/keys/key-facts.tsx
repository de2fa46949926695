"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Key } from "#lib/keys/schema";
import { Ago } from "../common/ago.tsx";
import { Facts } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { KeyBudget } from "./key-budget.tsx";
import classes from "./keys.module.css";

/** Whose key it is, what it may, what it spent. */
export function KeyFacts({ apiKey }: { apiKey: Key }) {
  const t = useTranslations("keys");
  return (
    <Facts
      facts={[
        {
          name: t("account"),
          value: (
            <Link className={classes.more} href={`/accounts/${apiKey.accountId}`}>
              {apiKey.accountName}
            </Link>
          ),
        },
        { name: t("secret"), value: <code>{`${apiKey.prefix}…${apiKey.last4}`}</code> },
        { name: t("budget"), value: <KeyBudget budget={apiKey.budget} /> },
        { name: t("group"), value: apiKey.group ?? t("groupOfAccount") },
        { name: t("models"), value: <Names values={apiKey.models} all={t("allModels")} /> },
        { name: t("networks"), value: <Names values={apiKey.allowedCidrs} all={t("allNetworks")} /> },
        ...(apiKey.deniedCidrs.length === 0
          ? []
          : [{ name: t("deniedNetworks"), value: <Names values={apiKey.deniedCidrs} all="" /> }]),
        { name: t("expires"), value: apiKey.expiresAt === null ? t("never") : <Ago at={apiKey.expiresAt} /> },
        { name: t("lastUsed"), value: <Ago at={apiKey.lastUsedAt} /> },
        { name: t("created"), value: <Ago at={apiKey.createdAt} /> },
        { name: t("id"), value: <Id value={apiKey.id} full /> },
      ]}
    />
  );
}

function Names({ values, all }: { values: readonly string[]; all: string }) {
  if (values.length === 0) return <span className={classes.dim}>{all}</span>;
  return (
    <span className={classes.list}>
      {values.map((value) => (
        <span key={value}>{value}</span>
      ))}
    </span>
  );
}
