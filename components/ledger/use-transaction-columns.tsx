"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { LedgerTransactionRow } from "#lib/ledger/schema";
import { Ago } from "../common/ago.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { LedgerPurpose } from "../shell/ledger-purpose.tsx";

const column = tableColumns<LedgerTransactionRow>();

/** The ledger over all accounts: when, whose, what for, how much. */
export function useTransactionColumns() {
  const t = useTranslations("ledger");
  const page = useTranslations("ledgerPage");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.createdAt, {
          id: "time",
          header: t("time"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { card: "lineAside", width: 110 },
        }),
        column.value((row) => row.accountName ?? row.accountId, {
          id: "account",
          header: page("account"),
          cell: ({ row }) => row.original.accountName ?? <Id value={row.original.accountId} />,
          meta: { card: "title" },
        }),
        column.value((row) => row.kind, {
          id: "kind",
          header: t("kind"),
          cell: ({ row }) => t(`kinds.${row.original.kind}`),
          meta: { width: 110 },
        }),
        column.value((row) => [row.reference, row.note].filter(Boolean).join(" · "), {
          id: "what",
          header: t("what"),
          cell: ({ row }) => <LedgerPurpose entry={row.original} />,
          meta: { card: "line" },
        }),
        column.value((row) => row.transactionId, {
          id: "transaction",
          header: t("transaction"),
          cell: ({ row }) => <Id value={row.original.transactionId} />,
          meta: { width: 150 },
        }),
        column.value((row) => row.amount, {
          id: "amount",
          header: t("amount"),
          cell: ({ row }) => <Money value={row.original.amount} signed />,
          meta: { align: "right", card: "aside", width: 170 },
        }),
      ]),
    [t, page],
  );
}
