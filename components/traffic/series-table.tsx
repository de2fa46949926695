"use client";

import { useComputedColorScheme } from "@mantine/core";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { Metrics } from "#lib/metrics/schema";
import { hueColor } from "../charts/palette.ts";
import type { PreparedChart } from "../charts/prepare-series.ts";
import { groupDigits } from "../common/format-money.ts";
import { rowsHref } from "./chart-choices.ts";
import classes from "./charts.module.css";
import { useAxisFormat } from "./use-axis-format.ts";
import type { ChartQuestion } from "./use-chart.ts";

type Props = { question: ChartQuestion; answer: Metrics; chart: PreparedChart };

/** The lines by name: how much each is in all, its share, its peak; the name opens exactly its rows. */
export function SeriesTable({ question, answer, chart }: Props) {
  const t = useTranslations("charts");
  const { metric, groupBy, filters, ends } = question;
  const scheme = useComputedColorScheme("light");
  const locale = useLocale();
  const format = useAxisFormat(metric);
  const isLatency = metric === "latency" || metric === "firstToken";
  const doesAddUp = !isLatency && metric !== "concurrency";
  const sum = answer.series.reduce((all, { total }) => all + Number(total ?? 0), 0);
  const time = { from: ends.from ?? answer.from, to: ends.to ?? null };
  const when = (iso: string) =>
    new Date(iso).toLocaleString(locale, {
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
    });
  return (
    <table className={classes.series} aria-label={t("series")}>
      <thead>
        <tr>
          <th scope="col">{groupBy === null ? t("series") : t(`names.${groupBy}`)}</th>
          {metric !== "concurrency" && (
            <th scope="col">{isLatency ? t("overall") : t(`totals.${metric}`)}</th>
          )}
          {doesAddUp && groupBy !== null && <th scope="col">{t("share")}</th>}
          <th scope="col">{t("highest")}</th>
          <th scope="col" className={classes.wide}>
            {t("highestAt")}
          </th>
        </tr>
      </thead>
      <tbody>
        {answer.series.map(({ group, name, total, peak }, index) => (
          <tr key={group}>
            <th scope="row">
              <Link href={rowsHref(filters, { grouping: groupBy, group, metric }, time)}>
                <i style={{ background: hueColor(chart.series[index]?.hue ?? null, scheme) }} aria-hidden />
                <span>{name}</span>
              </Link>
            </th>
            {metric !== "concurrency" && <td>{total === null ? "–" : wholeText(total, metric, format)}</td>}
            {doesAddUp && groupBy !== null && (
              <td>{sum === 0 ? "–" : `${((Number(total ?? 0) / sum) * 100).toFixed(1)} %`}</td>
            )}
            <td>{peak === null ? "–" : format(Number(peak.value))}</td>
            <td className={classes.wide} suppressHydrationWarning>
              {peak === null ? "–" : when(peak.t)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Counts to the last one; money and durations as on the axis. */
function wholeText(
  total: number | string,
  metric: ChartQuestion["metric"],
  format: (value: number) => string,
): string {
  if (metric === "cost" || metric === "latency" || metric === "firstToken") return format(Number(total));
  return groupDigits(String(Math.round(Number(total))));
}
