"use client";

import { IconClockPlay } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { jobsQuery } from "#lib/api/queries";
import { jobSorts } from "#lib/jobs/sorts";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { ListTools } from "../shell/list-tools.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useJobColumns } from "./use-job-columns.tsx";

const JobSheet = dynamic(() => import("./job-sheet.tsx").then((module) => module.JobSheet), { ssr: false });

/** What Tollgate does by itself: when, and how it last went. */
export function JobsView() {
  const t = useTranslations("jobs");
  const [{ sort, row }, setParams] = useQueryStates(
    { sort: parseAsStringLiteral(jobSorts), row: parseAsString },
    pushed,
  );
  const query = jobsQuery({ sort });
  const pages = useInfiniteQuery({ ...query, refetchInterval: 4_000 });
  const columns = useJobColumns();
  const jobs = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const open = jobs.find((job) => job.name === row);
  return (
    <>
      <PageHeader title={t("title")} />
      <FilterBar
        specs={[]}
        values={{}}
        onChange={() => undefined}
        onClear={() => undefined}
        aside={<ListTools name="jobs" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("title")}
        name="jobs"
        columns={columns}
        sorting={{
          value: sort,
          standard: jobSorts[0],
          onChange: (next) => void setParams({ sort: jobSorts.find((one) => one === next) ?? null }),
        }}
        pages={pages}
        rowId={(job) => job.name}
        onOpen={(job) => void setParams({ row: job.name })}
        openId={row}
        empty={<EmptyState icon={IconClockPlay} title={t("noRuns")} />}
      />
      {row !== null && open !== undefined && (
        <JobSheet
          job={open}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            jobs,
            row,
            (job) => job.name,
            (name) => void setParams({ row: name }, replaced),
          )}
        />
      )}
    </>
  );
}
