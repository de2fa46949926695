"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { LedgerEntry } from "#lib/ledger/schema";
import { Ago } from "../common/ago.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";

const column = tableColumns<LedgerEntry>();

/** The ledger as a bank statement: when, what for, how much, what is left. */
export function useLedgerColumns() {
  const t = useTranslations("ledger");
  return useMemo(
    () =>
      column.columns([
        column.display({
          id: "time",
          header: t("time"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { width: 110, card: "lineAside" },
        }),
        column.display({
          id: "kind",
          header: t("kind"),
          cell: ({ row }) => t(`kinds.${row.original.kind}`),
          meta: { width: 120, card: "title" },
        }),
        column.display({
          id: "what",
          header: t("what"),
          cell: ({ row }) => <What entry={row.original} />,
          meta: { width: 260, card: "line" },
        }),
        column.display({
          id: "transaction",
          header: t("transaction"),
          cell: ({ row }) => <Id value={row.original.transactionId} />,
          meta: { width: 150 },
        }),
        column.display({
          id: "amount",
          header: t("amount"),
          cell: ({ row }) => <Money value={row.original.amount} signed />,
          meta: { width: 150, align: "right", card: "aside" },
        }),
        column.display({
          id: "after",
          header: t("balanceAfter"),
          cell: ({ row }) => <Money value={row.original.balanceAfter} />,
          meta: { width: 160, align: "right" },
        }),
      ]),
    [t],
  );
}

function What({ entry: { kind, requests, reference, note } }: { entry: LedgerEntry }) {
  const t = useTranslations("ledger");
  if (kind === "usage" && requests !== null) return t("requests", { count: requests });
  return [reference, note].filter((part) => part !== "").join(" · ") || "–";
}
