"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Account } from "#lib/accounts/schema";
import { Ago } from "../common/ago.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { AccountState } from "./account-state.tsx";

const column = tableColumns<Account>();

export function useAccountColumns() {
  const t = useTranslations("accounts");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.name, {
          id: "name",
          header: t("name"),
          cell: ({ row }) => <Link href={`/accounts/${row.original.id}`}>{row.original.name}</Link>,
          meta: { card: "title", sort: "name", share: 20 },
        }),
        column.value((row) => row.status, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <AccountState account={row.original} />,
          meta: { card: "line", width: 112 },
        }),
        column.value((row) => row.group, {
          id: "group",
          header: t("group"),
          cell: ({ row }) => row.original.group,
          meta: { card: "lineAside" },
        }),
        column.value((row) => row.email, {
          id: "email",
          header: t("email"),
          cell: ({ row }) => row.original.email ?? "–",
        }),
        column.value((row) => row.balance, {
          id: "balance",
          header: t("balance"),
          cell: ({ row }) => <Money value={row.original.balance} />,
          meta: { align: "right", card: "aside", width: 138 },
        }),
        column.value((row) => row.held, {
          id: "held",
          header: t("held"),
          cell: ({ row }) => <Money value={row.original.held} />,
          meta: { align: "right", width: 104 },
        }),
        column.value((row) => row.available, {
          id: "available",
          header: t("available"),
          cell: ({ row }) => <Money value={row.original.available} />,
          meta: { align: "right", width: 138 },
        }),
        column.value((row) => row.createdAt, {
          id: "created",
          header: t("created"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { align: "right", width: 104, sort: "createdAt" },
        }),
      ]),
    [t],
  );
}
