"use client";

import { Button } from "@mantine/core";
import { IconArrowsExchange, IconCoins, IconFileImport, IconPlus, IconTicket } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { rechargesQuery } from "#lib/api/queries";
import { rechargeStatuses } from "#lib/recharges/machine";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useRechargeColumns } from "./use-recharge-columns.tsx";
import { WaitingClaims } from "./waiting-claims.tsx";
import { WaitingOrders } from "./waiting-orders.tsx";

const RechargeSheet = dynamic(() => import("./recharge-sheet.tsx").then((module) => module.RechargeSheet), {
  ssr: false,
});
const ImportRecharges = dynamic(
  () => import("./import-recharges.tsx").then((module) => module.ImportRecharges),
  { ssr: false },
);
const RecordRecharge = dynamic(
  () => import("./record-recharge.tsx").then((module) => module.RecordRecharge),
  { ssr: false },
);
const CodesDrawer = dynamic(() => import("./codes-drawer.tsx").then((module) => module.CodesDrawer), {
  ssr: false,
});
const REFRESH_MS = 15_000;

/** The operators' queue: what waits for a person on top, then every order; a row opens to its story and decisions. */
export function RechargesView() {
  const t = useTranslations("recharges");
  const mayWrite = useCan("recharges.write");
  const [open, setOpen] = useState<"record" | "import" | "codes" | null>(null);
  const [params, setParams] = useQueryStates(
    {
      q: parseAsString,
      status: parseAsStringLiteral(rechargeStatuses),
      waiting: parseAsStringLiteral(["true"] as const),
      method: parseAsString,
      currency: parseAsString,
      row: parseAsString,
    },
    pushed,
  );
  const { row, ...filter } = params;
  const { q, ...chips } = filter;
  const query = rechargesQuery(filter);
  const pages = useInfiniteQuery({ ...query, refetchInterval: REFRESH_MS });
  const columns = useRechargeColumns();
  const recharges = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.values(filter).some((value) => value !== null);
  const clear = () => void setParams({ q: null, status: null, waiting: null, method: null, currency: null });
  return (
    <>
      <PageHeader title={t("title")}>
        <Button
          component={Link}
          href="/exchange-rates"
          variant="default"
          leftSection={<IconArrowsExchange size={16} />}
        >
          {t("rates")}
        </Button>
        {mayWrite && (
          <>
            <Button variant="default" leftSection={<IconTicket size={16} />} onClick={() => setOpen("codes")}>
              {t("codes")}
            </Button>
            <Button
              variant="default"
              leftSection={<IconFileImport size={16} />}
              onClick={() => setOpen("import")}
            >
              {t("import")}
            </Button>
            <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen("record")}>
              {t("record")}
            </Button>
          </>
        )}
      </PageHeader>
      <WaitingClaims />
      {params.waiting === null && <WaitingOrders onOpen={(id) => void setParams({ row: id })} />}
      <FilterBar
        specs={[
          {
            key: "waiting",
            label: t("waitsFor"),
            input: { kind: "choice", options: [{ value: "true", label: t("aPerson") }] },
          },
          {
            key: "status",
            label: t("status"),
            input: {
              kind: "choice",
              options: rechargeStatuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
            },
          },
          { key: "method", label: t("method"), input: { kind: "text", placeholder: "stripe" } },
          { key: "currency", label: t("currency"), input: { kind: "text", placeholder: "CNY" } },
        ]}
        values={chips}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="recharges" columns={columns} queryKey={query.queryKey} />}
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="recharges"
        columns={columns}
        pages={pages}
        rowId={({ id }) => id}
        onOpen={({ id }) => void setParams({ row: id })}
        openId={row}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconCoins} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {row !== null && (
        <RechargeSheet
          key={row}
          id={row}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            recharges,
            row,
            ({ id }) => id,
            (id) => void setParams({ row: id }, replaced),
          )}
        />
      )}
      {open === "record" && <RecordRecharge onClose={() => setOpen(null)} />}
      {open === "import" && <ImportRecharges onClose={() => setOpen(null)} />}
      {open === "codes" && <CodesDrawer onClose={() => setOpen(null)} />}
    </>
  );
}
