"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { JobAnswer } from "#lib/jobs/schema";
import { Ago } from "../common/ago.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { durationText, JobSchedule, useJobName } from "./job-words.tsx";
import { RunResult, RunState, resultText } from "./run-state.tsx";

const column = tableColumns<JobAnswer>();

/** The columns of the job list: when, how it last went, when again. */
export function useJobColumns() {
  const t = useTranslations("jobs");
  const nameOf = useJobName();
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.name, {
          id: "name",
          header: t("name"),
          cell: ({ row }) => nameOf(row.original.name),
          meta: { card: "title", sort: "name", share: 20 },
        }),
        column.value((row) => `${row.schedule} ${row.timeZone}`, {
          id: "schedule",
          header: t("schedule"),
          cell: ({ row }) => <JobSchedule job={row.original} />,
          meta: { width: 186, card: "line" },
        }),
        column.value((row) => row.lastRun?.state ?? null, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <RunState run={row.original.lastRun} />,
          meta: { width: 130, card: "aside" },
        }),
        column.value((row) => (row.lastRun === null ? null : resultText(row.lastRun)), {
          id: "result",
          header: t("outcome"),
          cell: ({ row }) => (row.original.lastRun === null ? "–" : <RunResult run={row.original.lastRun} />),
        }),
        column.value((row) => row.lastRun?.startedAt ?? null, {
          id: "lastRun",
          header: t("lastRun"),
          cell: ({ row }) => <Ago at={row.original.lastRun?.startedAt ?? null} />,
          meta: { align: "right", width: 120, card: "lineAside", sort: "lastRun" },
        }),
        column.value((row) => row.lastRun?.durationMs ?? null, {
          id: "duration",
          header: t("duration"),
          cell: ({ row }) => durationText(row.original.lastRun?.durationMs ?? null),
          meta: { align: "right", width: 96, sort: "duration" },
        }),
        column.value((row) => row.nextRunAt, {
          id: "nextRun",
          header: t("nextRun"),
          cell: ({ row }) => <Ago at={row.original.nextRunAt} />,
          meta: { align: "right", width: 120, sort: "nextRun" },
        }),
      ]),
    [t, nameOf],
  );
}
