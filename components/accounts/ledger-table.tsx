"use client";

import { IconReceipt } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ledgerQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { useLedgerColumns } from "./use-ledger-columns.tsx";

/** The account's ledger, newest first; a transaction that a link names is marked. */
export function LedgerTable({
  accountId,
  transactionId,
}: {
  accountId: string;
  transactionId: string | null;
}) {
  const t = useTranslations("ledger");
  const pages = useInfiniteQuery(ledgerQuery(accountId));
  const columns = useLedgerColumns();
  return (
    <DataTable
      label={t("title")}
      columns={columns}
      pages={pages}
      rowId={(entry) => entry.transactionId}
      openId={transactionId}
      empty={
        <EmptyState icon={IconReceipt} title={t("emptyTitle")}>
          {t("emptyText")}
        </EmptyState>
      }
    />
  );
}
