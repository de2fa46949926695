"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Incident } from "#lib/incidents/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { IncidentState } from "./incident-state.tsx";
import { useReasons } from "./use-reasons.ts";

const column = tableColumns<Incident>();

/** The columns of the review; a customer's own list leaves the account out. */
export function useIncidentColumns({ withAccount }: { withAccount: boolean }) {
  const t = useTranslations("incidents");
  const reasons = useReasons();
  return useMemo(() => {
    const account = column.value((row) => row.accountName, {
      id: "account",
      header: t("account"),
      cell: ({ row }) => row.original.accountName,
      meta: { share: 14 },
    });
    return column.columns([
      column.value((row) => row.openedAt, {
        id: "openedAt",
        header: t("opened"),
        cell: ({ row }) => <Ago at={row.original.openedAt} />,
        meta: { width: 92 },
      }),
      column.value((row) => row.keyName, {
        id: "key",
        header: t("key"),
        cell: ({ row }) => row.original.keyName,
        meta: { card: "title", share: 14 },
      }),
      ...(withAccount ? [account] : []),
      column.value((row) => reasons(row.signals).join("; "), {
        id: "reasons",
        header: t("reasons"),
        cell: ({ row }) => reasons(row.original.signals).join(", "),
        meta: { share: 32, card: "line" },
      }),
      column.value((row) => row.networks.join(" "), {
        id: "networks",
        header: t("networks"),
        cell: ({ row: { original } }) => networksText(original.networks),
        meta: { width: 168 },
      }),
      column.value((row) => row.score, {
        id: "score",
        header: t("score"),
        cell: ({ row }) => <Count value={row.original.score} />,
        meta: { width: 68, align: "right" },
      }),
      column.value((row) => row.loss, {
        id: "loss",
        header: t("loss"),
        cell: ({ row }) => <Money value={row.original.loss} rounded />,
        meta: { width: 120, align: "right", card: "lineAside" },
      }),
      column.value((row) => row.state, {
        id: "state",
        header: t("state"),
        cell: ({ row }) => <IncidentState state={row.original.state} />,
        meta: { width: 126, card: "aside" },
      }),
    ]);
  }, [t, reasons, withAccount]);
}

function networksText(networks: readonly string[]): string {
  const [first, ...rest] = networks;
  if (first === undefined) return "–";
  return rest.length === 0 ? first : `${first} +${rest.length}`;
}
