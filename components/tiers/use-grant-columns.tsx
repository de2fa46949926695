"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { TierGrantAnswer } from "#lib/tiers/schema";
import { Ago } from "../common/ago.tsx";
import { paidText } from "../common/format-money.ts";
import { tableColumns } from "../data-table/columns.ts";
import { GrantState } from "./grant-state.tsx";

const column = tableColumns<TierGrantAnswer>();

/** The columns of grants and offers. */
export function useGrantColumns() {
  const t = useTranslations("tiers");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.accountName, {
          id: "account",
          header: t("account"),
          cell: ({ row }) => row.original.accountName,
          meta: { card: "title" },
        }),
        column.value((row) => row.tierName, {
          id: "tier",
          header: t("tier"),
          cell: ({ row }) => row.original.tierName,
          meta: { card: "line" },
        }),
        column.value((row) => row.figures?.value ?? null, {
          id: "reached",
          header: t("reached"),
          cell: ({ row: { original } }) =>
            original.figures === null
              ? t("byHand")
              : paidText(original.figures.value, original.figures.currency),
          meta: { width: 180, align: "right", card: "lineAside" },
        }),
        column.value((row) => row.percent, {
          id: "percent",
          header: t("percent"),
          cell: ({ row }) => `${row.original.percent} %`,
          meta: { width: 96, align: "right" },
        }),
        column.value((row) => row.state, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <GrantState state={row.original.state} />,
          meta: { width: 124, card: "aside" },
        }),
        column.value((row) => row.createdAt, {
          id: "createdAt",
          header: t("since"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { width: 92, align: "right" },
        }),
      ]),
    [t],
  );
}
