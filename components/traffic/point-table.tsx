"use client";

import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import type { ChartRow, PreparedChart } from "../charts/prepare-series.ts";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import classes from "./charts.module.css";

const column = tableColumns<ChartRow>();

type Props = { chart: PreparedChart; format: (value: number) => string; label: string };

/** Every step of a chart with every series' value, the newest first. */
export function PointTable({ chart, format, label }: Props) {
  const t = useTranslations("charts");
  const locale = useLocale();
  const rows = useMemo(() => chart.rows.toReversed(), [chart]);
  const columns = column.columns([
    column.value((row) => row.t, {
      id: "time",
      header: t("time"),
      cell: ({ row }) => (
        <time dateTime={new Date(row.original.t).toISOString()} suppressHydrationWarning>
          {new Date(row.original.t).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" })}
        </time>
      ),
      meta: { card: "title", width: 190 },
    }),
    ...chart.series.map(({ name, group }, index) =>
      column.value((row) => valueAt(row, index), {
        id: `${group}-${index}`,
        header: name,
        cell: ({ row }) => {
          const value = valueAt(row.original, index);
          return value === null ? "–" : format(value);
        },
        meta: { align: "right", ...(index === 0 ? { card: "aside" as const } : {}) },
      }),
    ),
  ]);
  const data = useMemo(() => ({ pages: [{ items: rows }] }), [rows]);
  return (
    <div className={classes.points}>
      <DataTable
        label={label}
        columns={columns}
        pages={{
          data,
          error: null,
          isPlaceholderData: false,
          isFetchingNextPage: false,
          hasNextPage: false,
          fetchNextPage: () => {},
          refetch: () => {},
        }}
        rowId={(row) => String(row.t)}
        empty={<p className={classes.nothing}>{t("empty")}</p>}
      />
    </div>
  );
}

function valueAt(row: ChartRow, index: number): number | null {
  return row[`firm${index}`] ?? row[`open${index}`] ?? null;
}
