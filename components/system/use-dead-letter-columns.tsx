"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { DeadLetter } from "#lib/settlement/schema";
import { Ago } from "../common/ago.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { DeadReason } from "./dead-reason.tsx";

const column = tableColumns<DeadLetter>();

export function useDeadLetterColumns() {
  const t = useTranslations("deadLetters");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.at, {
          id: "time",
          header: t("time"),
          cell: ({ row }) => <Ago at={row.original.at} />,
          meta: { card: "lineAside", width: 120 },
        }),
        column.value((row) => row.accountName ?? row.accountId, {
          id: "account",
          header: t("account"),
          cell: ({ row: { original } }) => {
            if (original.accountId === null) return t("unknownAccount");
            return original.accountName ?? <Id value={original.accountId} />;
          },
          meta: { card: "title" },
        }),
        column.value((row) => row.reason, {
          id: "reason",
          header: t("reason"),
          cell: ({ row }) => <DeadReason reason={row.original.reason} />,
          meta: { card: "line" },
        }),
        column.value((row) => row.model, {
          id: "model",
          header: t("model"),
          cell: ({ row }) => row.original.model ?? "–",
        }),
        column.value((row) => row.state, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <DeadState state={row.original.state} />,
          meta: { width: 130 },
        }),
        column.value((row) => row.cost, {
          id: "cost",
          header: t("cost"),
          cell: ({ row }) => (row.original.cost === null ? "–" : <Money value={row.original.cost} />),
          meta: { align: "right", card: "aside", width: 150 },
        }),
      ]),
    [t],
  );
}

export function DeadState({ state }: Pick<DeadLetter, "state">) {
  const t = useTranslations("deadLetters.states");
  return <StateBadge tone={state === "open" ? "bad" : "ok"}>{t(state)}</StateBadge>;
}
