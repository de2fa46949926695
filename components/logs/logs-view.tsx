"use client";

import { Switch } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { logsQuery } from "#lib/api/queries";
import { type LogFilterKey, logFilterKeys } from "#lib/logs/filter-keys";
import type { LogPage } from "#lib/logs/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { TimeRangePicker } from "../data-table/time-range-picker.tsx";
import { useRangeEnds } from "../data-table/use-range-ends.ts";
import { FirstCall } from "../shell/first-call.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { FilterByValue } from "./filter-cell.tsx";
import {
  filtersOf,
  noLogFilters,
  nothing,
  typedParams,
  useLogFilterSpecs,
  useLogParams,
} from "./log-params.ts";
import { LogReach } from "./log-reach.tsx";
import { TypedFilter } from "./typed-filter.tsx";
import { useLiveRows } from "./use-live-rows.ts";
import { useLogColumns } from "./use-log-columns.tsx";

const LogExport = dynamic(() => import("./log-export.tsx").then((module) => module.LogExport), {
  ssr: false,
});
/** Its place is kept, so that nothing moves when it comes. */
const LogChart = dynamic(() => import("./log-chart.tsx").then((module) => module.LogChart), {
  ssr: false,
  loading: () => <div aria-busy="true" style={{ flex: "none", height: 151 }} />,
});
const LogSheet = dynamic(() => import("./log-sheet.tsx").then((module) => module.LogSheet), { ssr: false });

/** Every request, newest first: filters in the URL, a sheet per row, live on demand. */
export function LogsView() {
  const t = useTranslations("logs");
  const [params, setParams] = useLogParams();
  const ends = useRangeEnds(params);
  const filters = filtersOf(params);
  const query = logsQuery({ ...ends, ...Object.fromEntries(logFilterKeys.map((key) => [key, params[key]])) });
  const pages = useInfiniteQuery(query);
  const columns = useLogColumns();
  const isLive = params.live === true;
  const [isAway, setAway] = useState(false);
  const freshIds = useLiveRows(query, isLive && !isAway && params.to === null);
  const reach = pages.data?.pages[0];
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.keys(filters).length > 0;
  const clear = () => void setParams(nothing);
  const filterBy = (key: LogFilterKey, value: string) => void setParams({ [key]: value });
  return (
    <FilterByValue onFilter={filterBy}>
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
        typedField={
          <TypedFilter
            value={filters}
            onApply={(typed, isAll) => void setParams(typedParams(typed, isAll))}
          />
        }
        aside={
          <ListTools
            name="logs"
            columns={columns}
            queryKey={query.queryKey}
            exporter={(close) => <LogExport params={query.queryKey[1]} onStarted={close} />}
          />
        }
      >
        <TimeRangePicker value={params} onChange={(range) => void setParams(range)} />
      </FilterBar>
      <LogChart
        ends={chartEnds(ends, reach)}
        filters={filters}
        isZoomed={params.from !== null || params.to !== null}
        onRange={(range) => void setParams({ range: null, ...range })}
      />
      {reach !== undefined && (
        <LogReach ends={ends} isPreset={params.from === null && params.to === null} reach={reach} />
      )}
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
    </FilterByValue>
  );
}

/** A list without a beginning goes back to the first row that is kept: so do its bars. */
function chartEnds(ends: { from?: string; to?: string }, reach: LogPage | undefined) {
  if (ends.from !== undefined) return ends;
  const keptSince = reach?.keptSince;
  return keptSince === undefined || keptSince === null ? undefined : { ...ends, from: keptSince };
}
