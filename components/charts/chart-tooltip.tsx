import { useLocale } from "next-intl";
import classes from "./charts.module.css";
import type { PreparedChart } from "./prepare-series.ts";

type Props = {
  chart: PreparedChart;
  at: number | undefined;
  colors: readonly string[];
  format: (value: number) => string;
};

/** Every series' value at one time. */
export function ChartTooltip({ chart, at, colors, format }: Props) {
  const locale = useLocale();
  const row = chart.rows.find(({ t }) => t === at);
  if (row === undefined) return null;
  return (
    <div className={classes.tooltip}>
      <p>
        {new Date(row.t).toLocaleString(locale, {
          month: "short",
          day: "numeric",
          hour: "2-digit",
          minute: "2-digit",
          hour12: false,
        })}
      </p>
      {chart.series.map(({ name, group }, index) => {
        const value = row[`firm${index}`] ?? row[`open${index}`];
        return (
          <div key={group}>
            <i style={{ background: colors[index] }} />
            <span>{name}</span>
            <b>{value === null || value === undefined ? "–" : format(value)}</b>
          </div>
        );
      })}
    </div>
  );
}
