"use client";

import { Button } from "@mantine/core";
import { IconClipboardSearch, IconShieldCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { incidentsQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { rangeEnds } from "../data-table/time-range.ts";
import { TimeRangePicker } from "../data-table/time-range-picker.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { BulkIncidents } from "./bulk-incidents.tsx";
import { DaysChart } from "./days-chart.tsx";
import { type IncidentParams, useIncidentFilterSpecs, useIncidentParams } from "./incident-params.ts";
import { useIncidentColumns } from "./use-incident-columns.tsx";

const CheckText = dynamic(() => import("./check-text.tsx").then((module) => module.CheckText), {
  ssr: false,
});
const PolicyForm = dynamic(() => import("./policy-form.tsx").then((module) => module.PolicyForm), {
  ssr: false,
});
const REFRESH_MS = 15_000;

/** Abnormal charges of a period: what waits, what became of the rest, what it cost. `ownAccountId`: a customer's. */
export function IncidentsView({ ownAccountId }: { ownAccountId: string | null }) {
  const t = useTranslations("incidents");
  const router = useRouter();
  const [params, setParams] = useIncidentParams();
  const isCustomer = ownAccountId !== null;
  const mayBulk = useCan("incidents.write") && !isCustomer;
  const mayWrite = useCan("incidents.write");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<"check" | "policy" | null>(null);
  const { state, cause, accountId, keyId, q } = params;
  const ends = useFixedEnds(params);
  const query = incidentsQuery({ ...ends, state, cause, accountId, keyId, q });
  const pages = useInfiniteQuery({ ...query, refetchInterval: REFRESH_MS });
  const columns = useIncidentColumns({ withAccount: !isCustomer });
  const clear = () =>
    void setParams({
      state: null,
      cause: null,
      accountId: null,
      keyId: null,
      q: null,
      range: null,
      from: null,
      to: null,
    });
  const isFiltered = Object.values(params).some((value) => value !== null);
  const chartEnds = useChartEnds(ends);
  return (
    <>
      <PageHeader title={t("title")}>
        {mayWrite && isCustomer && (
          <Button variant="default" onClick={() => setOpen("policy")}>
            {t("policy.open")}
          </Button>
        )}
        {!isCustomer && (
          <Button
            variant="default"
            leftSection={<IconClipboardSearch size={16} />}
            onClick={() => setOpen("check")}
          >
            {t("check.open")}
          </Button>
        )}
      </PageHeader>
      <DaysChart
        ends={chartEnds}
        accountId={accountId}
        onRange={(from, to) => void setParams({ range: null, from, to })}
      />
      <FilterBar
        specs={useIncidentFilterSpecs(isCustomer)}
        values={{ state, cause, accountId }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="incidents" columns={columns} queryKey={query.queryKey} />}
      >
        <TimeRangePicker value={params} onChange={(range) => void setParams(range)} />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="incidents"
        columns={columns}
        pages={pages}
        rowId={(incident) => incident.id}
        onOpen={(incident) => router.push(`/incidents/${incident.id}`)}
        {...(mayBulk ? { selection: { ids: chosen, onChange: setChosen } } : {})}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconShieldCheck} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {mayBulk && <BulkIncidents ids={chosen} onChange={setChosen} />}
      {open === "check" && <CheckText onClose={() => setOpen(null)} />}
      {open === "policy" && ownAccountId !== null && (
        <PolicyForm accountId={ownAccountId} keyId={null} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

/** A moving range is fixed when it is chosen, so that paging sees one list. */
function useFixedEnds(params: IncidentParams) {
  const { range, from, to } = params;
  const rangeKey = `${range} ${from} ${to}`;
  const endsOf = () => (range === null && from === null ? {} : rangeEnds(params, Date.now()));
  const [fixed, setFixed] = useState(() => ({ rangeKey, ends: endsOf() }));
  if (fixed.rangeKey !== rangeKey) setFixed({ rangeKey, ends: endsOf() });
  return fixed.ends;
}

const MONTH_MS = 30 * 86_400_000;

/** Without a range the chart shows the last 30 days. */
function useChartEnds(ends: { from?: string | null; to?: string | null }): { from: string; to: string } {
  const [now] = useState(() => Math.ceil(Date.now() / 60_000) * 60_000);
  return {
    from: ends.from ?? new Date(now - MONTH_MS).toISOString(),
    to: ends.to ?? new Date(now).toISOString(),
  };
}
