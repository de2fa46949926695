"use client";

import { VisuallyHidden } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import dynamic from "next/dynamic";
import { useLocale } from "next-intl";
import { useState } from "react";
import classes from "./charts.module.css";
import type { PreparedChart } from "./prepare-series.ts";
import type { TimeSeriesProps } from "./time-series.tsx";

const Drawn = dynamic(() => import("./time-series.tsx").then((module) => module.TimeSeries), { ssr: false });

type Props = TimeSeriesProps & {
  label: string;
  /** False where the page shows the same figures as a table itself. */
  hasTable?: boolean;
};

/** A chart whose code is loaded when it is seen; its place is kept, and its figures stand beside it as a table. */
export function LazyTimeSeries({ label, hasTable = true, ...props }: Props) {
  const { ref, inViewport } = useInViewport<HTMLElement>();
  const [wasSeen, setSeen] = useState(false);
  if (inViewport && !wasSeen) setSeen(true);
  return (
    <figure ref={ref} className={classes.figure} aria-label={label} style={{ height: props.height }}>
      <div aria-hidden>{wasSeen && <Drawn {...props} />}</div>
      {hasTable && (
        <VisuallyHidden>
          <ChartTable label={label} chart={props.chart} format={props.format} />
        </VisuallyHidden>
      )}
    </figure>
  );
}

function ChartTable({
  label,
  chart,
  format,
}: {
  label: string;
  chart: PreparedChart;
  format: (value: number) => string;
}) {
  const locale = useLocale();
  return (
    <table>
      <caption>{label}</caption>
      <tbody>
        {chart.rows.map((row) => (
          <tr key={row.t}>
            <th scope="row" suppressHydrationWarning>
              {new Date(row.t).toLocaleString(locale)}
            </th>
            {chart.series.map(({ group }, index) => {
              const value = row[`firm${index}`] ?? row[`open${index}`];
              return <td key={group}>{value === null || value === undefined ? "–" : format(value)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
