"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { MailAnswer } from "#lib/mail/schema";
import { Ago } from "../common/ago.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { MailState } from "./mail-state.tsx";
import { useMailKind } from "./outbox-params.ts";

const column = tableColumns<MailAnswer>();

/** The columns of the outbox. */
export function useMailColumns() {
  const t = useTranslations("outbox");
  const kindOf = useMailKind();
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.to, {
          id: "to",
          header: t("to"),
          cell: ({ row }) => row.original.to,
          meta: { card: "title" },
        }),
        column.value((row) => row.subject, {
          id: "subject",
          header: t("subject"),
          cell: ({ row }) => row.original.subject,
          meta: { card: "line" },
        }),
        column.value((row) => row.template, {
          id: "kind",
          header: t("kind"),
          cell: ({ row }) => kindOf(row.original.template),
          meta: { width: 170 },
        }),
        column.value((row) => row.state, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <MailState state={row.original.state} />,
          meta: { width: 120, card: "aside" },
        }),
        column.value((row) => row.tries, {
          id: "tries",
          header: t("tries"),
          cell: ({ row }) => row.original.tries,
          meta: { align: "right", width: 70 },
        }),
        column.value((row) => row.createdAt, {
          id: "created",
          header: t("created"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { align: "right", width: 120, card: "lineAside" },
        }),
      ]),
    [t, kindOf],
  );
}
