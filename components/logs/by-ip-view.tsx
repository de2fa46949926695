"use client";

import { SegmentedControl } from "@mantine/core";
import { IconWorldSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useLocale, useTranslations } from "next-intl";
import { byIpQuery } from "#lib/api/queries";
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
import { AddressSearch } from "./address-search.tsx";
import classes from "./by-ip.module.css";
import { ipSorts, useByIpParams } from "./by-ip-params.ts";
import { useByIpColumns } from "./use-by-ip-columns.tsx";
import { useByIpFilterSpecs } from "./use-by-ip-filter-specs.ts";

const IpSheet = dynamic(() => import("./ip-sheet.tsx").then((module) => module.IpSheet), { ssr: false });

const nothing = { accountId: null, keyId: null, ip: null, cidr: null };

/** Where calls come from: by address or by network, with what each used, spent and failed at. */
export function ByIpView() {
  const t = useTranslations("byIp");
  const [params, setParams] = useByIpParams();
  const { accountId, keyId, ip, cidr, by, sort } = params;
  const ends = useRangeEnds(params);
  const query = byIpQuery({ ...ends, accountId, keyId, ip, cidr, by, sort });
  const pages = useInfiniteQuery(query);
  const columns = useByIpColumns({ isByNetwork: by === "network" });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = [accountId, keyId, ip, cidr, params.range, params.from, params.to].some(
    (one) => one !== null,
  );
  return (
    <>
      <PageHeader title={t("title")}>
        <SegmentedControl
          aria-label={t("by")}
          value={by ?? "address"}
          onChange={(value) => void setParams({ by: value === "network" ? "network" : null, row: null })}
          data={[
            { value: "address", label: t("byAddress") },
            { value: "network", label: t("byNetwork") },
          ]}
        />
      </PageHeader>
      <FilterBar
        specs={useByIpFilterSpecs()}
        values={params}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={() => void setParams(nothing)}
        typedField={
          <AddressSearch
            value={ip ?? cidr}
            onChange={(next) => void setParams({ ip: null, cidr: null, ...next })}
          />
        }
        aside={
          <ListTools
            name="by-ip"
            columns={columns}
            queryKey={query.queryKey}
            otherColumns={["addresses", "accounts"]}
          />
        }
      >
        <TimeRangePicker value={params} onChange={(range) => void setParams(range)} />
      </FilterBar>
      <Precision page={pages.data?.pages[0]} />
      <DataTable
        label={t("title")}
        name="by-ip"
        columns={columns}
        sorting={{
          value: sort === null ? null : `-${sort}`,
          standard: "-lastSeen",
          onChange: (next) => void setParams({ sort: asSort(next) }),
        }}
        pages={pages}
        rowId={(row) => row.ip}
        onOpen={(row) => void setParams({ row: row.ip })}
        openId={params.row}
        empty={
          isFiltered ? (
            <FilteredEmpty
              onClear={() => void setParams({ ...nothing, range: null, from: null, to: null })}
            />
          ) : (
            <EmptyState icon={IconWorldSearch} title={t("emptyTitle")}>
              <p>{t("emptyText")}</p>
              <FirstCall />
            </EmptyState>
          )
        }
      />
      {params.row !== null && (
        <IpSheet
          ip={params.row}
          known={rows.find((row) => row.ip === params.row)}
          params={params}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            rows,
            params.row,
            (row) => row.ip,
            (row) => void setParams({ row }, replaced),
          )}
        />
      )}
    </>
  );
}

/** Long ranges are summed by whole days: the page says which. */
function Precision({ page }: { page: { from: string; to: string; precision: string } | undefined }) {
  const t = useTranslations("byIp");
  const locale = useLocale();
  if (page?.precision !== "day") return null;
  const day = (time: string) =>
    new Date(time).toLocaleDateString(locale, { month: "short", day: "numeric", timeZone: "UTC" });
  // The end is the first moment that is not counted.
  const last = new Date(Date.parse(page.to) - 1).toISOString();
  return <p className={classes.precision}>{t("wholeDays", { from: day(page.from), to: day(last) })}</p>;
}

/** Downwards only: the least active addresses are thousands that called once. */
function asSort(next: string | null) {
  const sort = ipSorts.find((one) => next === one || next === `-${one}`) ?? null;
  return sort === "lastSeen" ? null : sort;
}
