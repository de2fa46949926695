"use client";

import { IconReceipt } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ledgerQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { ListTools } from "../shell/list-tools.tsx";
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
  const query = ledgerQuery(accountId);
  const pages = useInfiniteQuery(query);
  const columns = useLedgerColumns();
  return (
    <>
      <FilterBar
        specs={[]}
        values={{}}
        onChange={() => undefined}
        onClear={() => undefined}
        aside={<ListTools name="account-ledger" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("title")}
        name="account-ledger"
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
    </>
  );
}
