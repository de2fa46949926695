"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { LimitRequest } from "#lib/limits/request-schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { RequestState } from "./request-state.tsx";

const column = tableColumns<LimitRequest>();

/** The columns of limit requests; a customer's own list leaves the account out. */
export function useRequestColumns({ withAccount }: { withAccount: boolean }) {
  const t = useTranslations("limitRequests");
  const limits = useTranslations("limits");
  return useMemo(() => {
    const account = column.value((row) => row.accountName, {
      id: "account",
      header: t("account"),
      cell: ({ row }) => row.original.accountName,
      meta: { card: "title", share: 16 },
    });
    const kind = column.value((row) => row.kind, {
      id: "kind",
      header: t("kind"),
      cell: ({ row }) => t(`kinds.${row.original.kind}`),
      meta: { width: 84 },
    });
    return column.columns([
      ...(withAccount ? [account, kind] : []),
      column.value((row) => row.model, {
        id: "model",
        header: limits("model"),
        cell: ({ row: { original } }) =>
          original.model ?? (original.line === null ? limits("allModels") : t("allModelsOfLine")),
        meta: { card: withAccount ? "line" : "title" },
      }),
      column.value((row) => row.metric, {
        id: "metric",
        header: t("limitOrLine"),
        cell: ({ row: { original } }) =>
          original.metric === null ? original.line?.name : limits(`metrics.${original.metric}`),
        meta: { width: 104, ...(withAccount ? {} : { card: "line" as const }) },
      }),
      column.value((row) => row.stood, {
        id: "stood",
        header: t("stood"),
        cell: ({ row }) => (row.original.stood === null ? "–" : <Count value={row.original.stood} />),
        meta: { width: 104, align: "right" },
      }),
      column.value((row) => row.wanted, {
        id: "wanted",
        header: t("wanted"),
        cell: ({ row }) => (row.original.wanted === null ? "–" : <Count value={row.original.wanted} />),
        meta: { width: 104, align: "right", card: "lineAside", cardLabel: true },
      }),
      column.value((row) => row.granted, {
        id: "granted",
        header: t("granted"),
        cell: ({ row }) => (row.original.granted === null ? "–" : <Count value={row.original.granted} />),
        meta: { width: 104, align: "right" },
      }),
      column.value((row) => row.state, {
        id: "state",
        header: t("state"),
        cell: ({ row }) => <RequestState state={row.original.state} />,
        meta: { width: 108, card: "aside" },
      }),
      column.value((row) => row.createdAt, {
        id: "createdAt",
        header: t("asked"),
        cell: ({ row }) => <Ago at={row.original.createdAt} />,
        meta: { width: 92, align: "right" },
      }),
    ]);
  }, [t, limits, withAccount]);
}
