"use client";

import { Button } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ledgerEntriesQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { rangeEnds } from "../data-table/time-range.ts";
import { TimeRangePicker } from "../data-table/time-range-picker.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { type LedgerParams, useLedgerFilterSpecs, useLedgerParams } from "./ledger-params.ts";
import { ProofStrip } from "./proof-strip.tsx";
import { useTransactionColumns } from "./use-transaction-columns.tsx";
import { useVerify, VerifyButton } from "./verify.tsx";

const TransactionSheet = dynamic(
  () => import("./transaction-sheet.tsx").then((module) => module.TransactionSheet),
  { ssr: false },
);
const ProofSheet = dynamic(() => import("./proof-sheet.tsx").then((module) => module.ProofSheet), {
  ssr: false,
});

/** Every movement of money, and the proof that all of them agree with balances and logs. */
export function LedgerView() {
  const t = useTranslations("ledgerPage");
  const [params, setParams] = useLedgerParams();
  const { accountId, kind } = params;
  const ends = useFixedEnds(params);
  const query = ledgerEntriesQuery({ ...ends, accountId, kind });
  const pages = useInfiniteQuery(query);
  const columns = useTransactionColumns();
  const verify = useVerify(() => void setParams({ proof: true, row: null }));
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const noTime = { range: null, from: null, to: null };
  const isFiltered =
    accountId !== null ||
    kind !== null ||
    params.range !== null ||
    params.from !== null ||
    params.to !== null;
  const empty = isFiltered ? (
    <FilteredEmpty onClear={() => void setParams({ accountId: null, kind: null, ...noTime })} />
  ) : (
    <EmptyState
      icon={IconReceipt}
      title={t("emptyTitle")}
      action={
        <Button variant="default" onClick={() => void setParams({ ...noTime, range: "30d" })}>
          {t("showMonth")}
        </Button>
      }
    >
      {t("emptyText")}
    </EmptyState>
  );
  return (
    <>
      <PageHeader title={t("title")}>
        <VerifyButton verify={verify} />
      </PageHeader>
      <ProofStrip verify={verify} onOpen={() => void setParams({ proof: true, row: null })} />
      <FilterBar
        specs={useLedgerFilterSpecs()}
        values={{ accountId, kind }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={() => void setParams({ accountId: null, kind: null })}
        aside={<ListTools name="ledger" columns={columns} queryKey={query.queryKey} />}
      >
        <TimeRangePicker value={params} onChange={(range) => void setParams(range)} />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="ledger"
        columns={columns}
        pages={pages}
        rowId={(row) => row.transactionId}
        onOpen={(row) => void setParams({ row: row.transactionId, proof: null })}
        openId={params.row}
        empty={empty}
      />
      {params.row !== null && (
        <TransactionSheet
          id={params.row}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            rows,
            params.row,
            (row) => row.transactionId,
            (row) => void setParams({ row }, replaced),
          )}
        />
      )}
      {params.proof === true && <ProofSheet onClose={() => void setParams({ proof: null })} />}
    </>
  );
}

/** A moving range is fixed when it is chosen, so that paging sees one list. */
function useFixedEnds(params: LedgerParams) {
  const { range, from, to } = params;
  const rangeKey = `${range} ${from} ${to}`;
  const [fixed, setFixed] = useState(() => ({ rangeKey, ends: rangeEnds(params, Date.now()) }));
  if (fixed.rangeKey !== rangeKey) setFixed({ rangeKey, ends: rangeEnds(params, Date.now()) });
  return fixed.ends;
}
