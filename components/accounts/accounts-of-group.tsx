"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { accountsQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { Money } from "../common/money.tsx";
import { ShortList } from "../common/short-list.tsx";
import { AccountState } from "./account-state.tsx";
import classes from "./accounts.module.css";

const SHOWN = 12;

/** The newest accounts on a group; the account list has all of them. */
export function AccountsOfGroup({ groupId }: { groupId: string }) {
  const t = useTranslations("accounts");
  const { data, error, refetch } = useInfiniteQuery(accountsQuery({ group: groupId, limit: SHOWN }));
  if (data === undefined)
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  const accounts = data.pages[0]?.items ?? [];
  if (accounts.length === 0) return <p className={classes.none}>{t("groupHasNone")}</p>;
  return (
    <ShortList>
      {accounts.map((account) => (
        <li key={account.id}>
          <Link href={`/accounts/${account.id}`}>{account.name}</Link>
          <AccountState account={account} />
          <Money value={account.available} />
        </li>
      ))}
    </ShortList>
  );
}
