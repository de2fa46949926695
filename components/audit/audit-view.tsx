"use client";

import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { auditQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { TimeRangePicker } from "../data-table/time-range-picker.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { auditEnds } from "./audit-ends.ts";
import { auditFilterKeys } from "./audit-filter-keys.ts";
import { useAuditFilterSpecs, useAuditParams } from "./audit-params.ts";
import { useAuditColumns } from "./use-audit-columns.tsx";

const AuditSheet = dynamic(() => import("./audit-sheet.tsx").then((module) => module.AuditSheet), {
  ssr: false,
});

/** Who changed what, newest first; a row opens to the difference, field by field. */
export function AuditView() {
  const t = useTranslations("audit");
  const [params, setParams] = useAuditParams();
  const { actorId, action, targetType, targetId } = params;
  const [openedAt] = useState(() => Date.now());
  const query = auditQuery({ actorId, action, targetType, targetId, ...auditEnds(params, openedAt) });
  const pages = useInfiniteQuery(query);
  const columns = useAuditColumns();
  const entries = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const open = entries.find((entry) => entry.id === params.row);
  const isFiltered = [...auditFilterKeys, "from", "to", "range"].some(
    (key) => params[key as keyof typeof params] !== null,
  );
  const clear = () =>
    void setParams({
      actorId: null,
      action: null,
      targetType: null,
      targetId: null,
      range: null,
      from: null,
      to: null,
    });
  return (
    <>
      <PageHeader title={t("title")} />
      <FilterBar
        specs={useAuditFilterSpecs()}
        values={params}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        typed="action:key.update"
        aside={<ListTools name="audit-log" columns={columns} queryKey={query.queryKey} />}
      >
        <TimeRangePicker value={params} onChange={(next) => void setParams(next)} anyTime />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="audit-log"
        columns={columns}
        pages={pages}
        rowId={(entry) => entry.id}
        onOpen={(entry) => void setParams({ row: entry.id })}
        openId={params.row}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconHistory} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {open !== undefined && (
        <AuditSheet
          entry={open}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            entries,
            open.id,
            (entry) => entry.id,
            (row) => void setParams({ row }, replaced),
          )}
        />
      )}
    </>
  );
}
