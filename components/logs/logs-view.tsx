"use client";

import { Switch } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { logsQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { rangeEnds } from "../data-table/time-range.ts";
import { TimeRangePicker } from "../data-table/time-range-picker.tsx";
import { FirstCall } from "../shell/first-call.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { logFilterKeys } from "./log-filter-keys.ts";
import { type LogParams, noLogFilters, useLogFilterSpecs, useLogParams } from "./log-params.ts";
import { useLiveRows } from "./use-live-rows.ts";
import { useLogColumns } from "./use-log-columns.tsx";

const LogSheet = dynamic(() => import("./log-sheet.tsx").then((module) => module.LogSheet), { ssr: false });

/** Every request, newest first: filters in the URL, a sheet per row, live on demand. */
export function LogsView() {
  const t = useTranslations("logs");
  const [params, setParams] = useLogParams();
  const query = logsQuery(useApiParams(params));
  const pages = useInfiniteQuery(query);
  const columns = useLogColumns();
  const isLive = params.live === true;
  const [isAway, setAway] = useState(false);
  const freshIds = useLiveRows(query, isLive && !isAway && params.to === null);
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered =
    logFilterKeys.some((key) => params[key] !== null) ||
    params.range !== null ||
    params.from !== null ||
    params.to !== null;
  const clear = () => void setParams({ ...noLogFilters, range: null, from: null, to: null });
  return (
    <>
      <PageHeader title={t("title")}>
        <Switch
          label={isLive && isAway ? t("livePaused") : t("live")}
          checked={isLive}
          onChange={(event) => void setParams({ live: event.currentTarget.checked ? true : null }, replaced)}
        />
      </PageHeader>
      <FilterBar
        specs={useLogFilterSpecs()}
        values={params}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={() => void setParams(noLogFilters)}
        typed="status:429"
        aside={<ListTools name="logs" columns={columns} queryKey={query.queryKey} />}
      >
        <TimeRangePicker value={params} onChange={(range) => void setParams(range)} />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="logs"
        columns={columns}
        pages={pages}
        rowId={(row) => row.requestId}
        onOpen={(row) => void setParams({ row: row.requestId })}
        openId={params.row}
        freshIds={freshIds}
        onScrolledAway={setAway}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconListDetails} title={t("emptyTitle")}>
              <p>{t("emptyText")}</p>
              <FirstCall />
            </EmptyState>
          )
        }
      />
      {params.row !== null && (
        <LogSheet
          requestId={params.row}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            rows,
            params.row,
            (row) => row.requestId,
            (row) => void setParams({ row }, replaced),
          )}
        />
      )}
    </>
  );
}

/** The filters as the API wants them. A moving range is fixed when it is chosen, so that paging sees one list. */
function useApiParams(params: LogParams) {
  const { range, from, to } = params;
  const rangeKey = `${range} ${from} ${to}`;
  const [fixed, setFixed] = useState(() => ({ rangeKey, ends: rangeEnds(params, Date.now()) }));
  if (fixed.rangeKey !== rangeKey) setFixed({ rangeKey, ends: rangeEnds(params, Date.now()) });
  return { ...fixed.ends, ...Object.fromEntries(logFilterKeys.map((key) => [key, params[key]])) };
}
