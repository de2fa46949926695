"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Recharge } from "#lib/recharges/schema";
import { Ago } from "../common/ago.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { Paid } from "./paid.tsx";
import { RechargeState } from "./recharge-state.tsx";

const column = tableColumns<Recharge>();

/** The columns of recharges. */
export function useRechargeColumns() {
  const t = useTranslations("recharges");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.accountName, {
          id: "account",
          header: t("account"),
          cell: ({ row }) => row.original.accountName,
          meta: { card: "title" },
        }),
        column.value((row) => row.orderNo, {
          id: "orderNo",
          header: t("orderNo"),
          cell: ({ row }) => row.original.orderNo,
          meta: { card: "line" },
        }),
        column.value((row) => row.method, {
          id: "method",
          header: t("method"),
          cell: ({ row }) => row.original.method,
          meta: { width: 104 },
        }),
        column.value((row) => `${row.amount} ${row.currency}`, {
          id: "amount",
          header: t("amount"),
          cell: ({ row }) => <Paid amount={row.original.amount} currency={row.original.currency} />,
          meta: { width: 160, align: "right", card: "lineAside" },
        }),
        column.value((row) => row.credit, {
          id: "credit",
          header: t("credit"),
          cell: ({ row }) => (row.original.creditedAt === null ? "–" : <Money value={row.original.credit} />),
          meta: { width: 120, align: "right" },
        }),
        column.value((row) => row.status, {
          id: "status",
          header: t("status"),
          cell: ({ row }) => <RechargeState status={row.original.status} />,
          meta: { width: 124, card: "aside" },
        }),
        column.value((row) => row.createdAt, {
          id: "createdAt",
          header: t("created"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { width: 92, align: "right" },
        }),
      ]),
    [t],
  );
}
