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
        column.display({
          id: "name",
          header: t("name"),
          cell: ({ row }) => <Link href={`/accounts/${row.original.id}`}>{row.original.name}</Link>,
          meta: { card: "title", width: 220 },
        }),
        column.display({
          id: "state",
          header: t("state"),
          cell: ({ row }) => <AccountState account={row.original} />,
          meta: { width: 120, card: "line" },
        }),
        column.display({
          id: "group",
          header: t("group"),
          cell: ({ row }) => row.original.group,
          meta: { width: 130, card: "lineAside" },
        }),
        column.display({
          id: "email",
          header: t("email"),
          cell: ({ row }) => row.original.email ?? "–",
          meta: { width: 200 },
        }),
        column.display({
          id: "balance",
          header: t("balance"),
          cell: ({ row }) => <Money value={row.original.balance} />,
          meta: { width: 150, align: "right", card: "aside" },
        }),
        column.display({
          id: "held",
          header: t("held"),
          cell: ({ row }) => <Money value={row.original.held} />,
          meta: { width: 120, align: "right" },
        }),
        column.display({
          id: "available",
          header: t("available"),
          cell: ({ row }) => <Money value={row.original.available} />,
          meta: { width: 150, align: "right" },
        }),
        column.display({
          id: "created",
          header: t("created"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { width: 110, align: "right" },
        }),
      ]),
    [t],
  );
}
