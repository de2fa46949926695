"use client";

import { Button } from "@mantine/core";
import { IconDownload, IconZoomOut } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import type { Metrics } from "#lib/metrics/schema";
import { LazyTimeSeries } from "../charts/lazy-time-series.tsx";
import type { PreparedChart } from "../charts/prepare-series.ts";
import { zoomedIn, zoomedOut } from "../charts/zoom.ts";
import { saveFile } from "../shell/download.ts";
import { useAppliedLimit } from "../shell/use-applied-limit.ts";
import { rowsHref } from "./chart-choices.ts";
import { chartCsv } from "./chart-csv.ts";
import classes from "./charts.module.css";
import { PointTable } from "./point-table.tsx";
import { useAxisFormat } from "./use-axis-format.ts";
import type { ChartQuestion } from "./use-chart.ts";

export const plotHeight = 320;

type Props = {
  question: ChartQuestion;
  answer: Metrics;
  chart: PreparedChart;
  isTable: boolean;
  isZoomed: boolean;
  onRange: (range: { from: string; to: string }) => void;
};

/** The lines, or their figures as a table: dragging zooms, a click opens the rows of that step. */
export function ChartPlot({ question, answer, chart, isTable, isZoomed, onRange }: Props) {
  const t = useTranslations("charts");
  const router = useRouter();
  const { metric, groupBy, filters } = question;
  const format = useAxisFormat(metric);
  const limit = useAppliedLimit(metric, filters);
  const scopes = useTranslations("charts.scopes");
  const label = `${t(`metrics.${metric}`)}${groupBy === null ? "" : `, ${t(`by.${groupBy}`)}`}`;
  const stepMs = answer.step * 1000;
  const openRows = (group: string | null, fromMs: number, toMs: number) =>
    router.push(rowsHref(filters, { grouping: groupBy, group, metric }, zoomedIn(fromMs, toMs, Date.now())));
  const [fromMs, toMs] = [Date.parse(answer.from), Date.parse(answer.to)];
  const save = () => {
    const name = `${metric}_${answer.from}_${answer.to}.csv`.replaceAll(/:|\.\d+/g, "");
    saveFile(name, chartCsv(answer), "text/csv;charset=utf-8");
  };
  return (
    <section aria-label={label}>
      <div className={classes.plotHead}>
        <span>{t(`unit.${metric}`, { step: t("step", { minutes: answer.step / 60 }) })}</span>
        <Kept answer={answer} />
        <Counted answer={answer} />
        {answer.groups.of > answer.groups.shown && (
          <span>{t("topOf", { shown: answer.groups.shown, of: answer.groups.of })}</span>
        )}
        <span className={classes.plotActions}>
          {isZoomed && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              leftSection={<IconZoomOut size={14} />}
              onClick={() => onRange(zoomedIn(...zoomedOut(fromMs, toMs, Date.now()), Date.now()))}
            >
              {t("zoomOut")}
            </Button>
          )}
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<IconDownload size={14} />}
            onClick={save}
          >
            {t("csv")}
          </Button>
        </span>
      </div>
      {isTable ? (
        <PointTable chart={chart} format={format} label={label} />
      ) : (
        <div className={classes.plot} style={{ height: plotHeight }}>
          <LazyTimeSeries
            label={label}
            hasTable={false}
            chart={chart}
            format={format}
            height={plotHeight}
            stepMs={stepMs}
            onSelect={(from, to) => onRange(zoomedIn(from, to, Date.now()))}
            onPick={openRows}
            limit={
              limit === null
                ? null
                : {
                    value: limit.limit,
                    label: t("limit", { value: format(limit.limit), scope: scopes(limit.scope) }),
                  }
            }
            peak={peakOf(answer, (value) => t("peak", { value: format(value) }))}
          />
          {chart.isEmpty && <p className={classes.nothing}>{t("empty")}</p>}
        </div>
      )}
    </section>
  );
}

/** A range that begins before figures are kept says so. */
function Kept({ answer }: { answer: Metrics }) {
  const t = useTranslations("charts");
  const locale = useLocale();
  const { keptSince, from } = answer;
  if (keptSince === null || keptSince <= from) return null;
  const day = new Date(keptSince).toLocaleDateString(locale, { dateStyle: "medium" });
  return (
    <span className={classes.warning}>
      {t(answer.source === "rows" ? "rowsSince" : "keptSince", { day })}
    </span>
  );
}

/** What no rollup counts is read row by row, as far as a page's time goes: what is older has no line. */
function Counted({ answer: { source, scannedTo } }: { answer: Metrics }) {
  const t = useTranslations("charts");
  const locale = useLocale();
  if (source !== "rows") return null;
  if (scannedTo === null) return <span>{t("fromRows")}</span>;
  const time = new Date(scannedTo).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return (
    <span className={classes.warning} suppressHydrationWarning>
      {t("scannedTo", { time })}
    </span>
  );
}

function peakOf({ series }: Metrics, text: (value: number) => string) {
  let highest: { t: number; value: number } | null = null;
  for (const { group, peak } of series) {
    const value = Number(peak?.value ?? 0);
    if (peak !== null && group !== "other" && value > (highest?.value ?? 0)) {
      highest = { t: Date.parse(peak.t), value };
    }
  }
  return highest === null ? null : { ...highest, label: text(highest.value) };
}
