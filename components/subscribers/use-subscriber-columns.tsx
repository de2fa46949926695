"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Subscriber } from "#lib/subscribers/schema";
import { Ago } from "../common/ago.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { SubscriberState } from "./subscriber-state.tsx";

const column = tableColumns<Subscriber>();

/** The columns of subscribers. */
export function useSubscriberColumns() {
  const t = useTranslations("subscribers");
  const words = useTranslations("subscription");
  return useMemo(() => {
    const follows = ({ all, vendors, models }: Subscriber) =>
      all ? t("everything") : [...vendors, ...models].join(", ");
    return column.columns([
      column.value((row) => row.email, {
        id: "email",
        header: t("email"),
        cell: ({ row }) => row.original.email,
        meta: { card: "title" },
      }),
      column.value((row) => row.name, {
        id: "name",
        header: t("name"),
        cell: ({ row }) => row.original.name || "–",
        meta: { width: 160 },
      }),
      column.value((row) => row.state, {
        id: "state",
        header: t("state"),
        cell: ({ row }) => <SubscriberState state={row.original.state} />,
        meta: { width: 140, card: "aside" },
      }),
      column.value(follows, {
        id: "follows",
        header: t("follows"),
        cell: ({ row }) => follows(row.original),
        meta: { card: "line" },
      }),
      column.value((row) => row.digest, {
        id: "how",
        header: t("how"),
        cell: ({ row }) => t(row.original.digest ? "daily" : "immediately"),
        meta: { width: 110 },
      }),
      column.value((row) => row.locale, {
        id: "language",
        header: t("language"),
        cell: ({ row }) => words(`languages.${row.original.locale}`),
        meta: { width: 100 },
      }),
      column.value((row) => row.confirmedAt, {
        id: "since",
        header: t("since"),
        cell: ({ row }) => <Ago at={row.original.confirmedAt ?? row.original.askedAt} />,
        meta: { width: 110, align: "right", card: "lineAside" },
      }),
    ]);
  }, [t, words]);
}
