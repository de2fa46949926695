"use client";

import { Button, VisuallyHidden } from "@mantine/core";
import { IconZoomOut } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useFormatter, useLocale, useTranslations } from "next-intl";
import type { AppliedLimit } from "#lib/limits/schema";
import type { LogFilters } from "#lib/logs/filter-keys";
import type { BarRow } from "../charts/stacked-bars.tsx";
import { zoomedIn, zoomedOut } from "../charts/zoom.ts";
import { compactNumber } from "../common/compact-number.ts";
import { ErrorState } from "../common/error-state.tsx";
import { useAppliedLimit } from "../shell/use-applied-limit.ts";
import classes from "./log-chart.module.css";
import { type LogBars, statusClasses, useLogBars } from "./use-log-bars.ts";

const StackedBars = dynamic(() => import("../charts/stacked-bars.tsx").then((module) => module.StackedBars), {
  ssr: false,
});

const height = 112;
const colors = {
  "2xx": "color-mix(in srgb, var(--tg-accent) 62%, var(--mantine-color-body))",
  "4xx": "var(--tg-warn)",
  "5xx": "var(--tg-bad)",
};
const series = statusClasses.map((name) => ({ name, color: colors[name] }));

type Props = {
  /** The ends that the list has; undefined while they are not known. */
  ends: { from?: string; to?: string } | undefined;
  filters: LogFilters;
  isZoomed: boolean;
  onRange: (range: { from: string; to: string }) => void;
};

/** Calls per minute over the time of the list, by class of status, under its filters; dragging sets the time. */
export function LogChart({ ends, filters, isZoomed, onRange }: Props) {
  const t = useTranslations("logs.chart");
  const bars = useLogBars(ends, filters);
  const limit = useAppliedLimit("rpm", filters);
  if (bars.data === undefined) {
    if (bars.error !== null) return <ErrorState error={bars.error} onRetry={() => void bars.refetch()} />;
    return (
      <div className={classes.chart} aria-busy="true">
        <div className={classes.waiting} style={{ height: height + 26 }} />
      </div>
    );
  }
  const { rows, stepMs, fromMs, toMs, countedSinceMs } = bars.data;
  return (
    <figure
      className={classes.chart}
      aria-label={t("label")}
      data-stale={bars.isPlaceholderData || undefined}
    >
      <figcaption className={classes.head}>
        <b>{t("rpm")}</b>
        <Total calls={bars.data.calls} unsuccessful={bars.data.unsuccessful} />
        <Peak rows={rows} />
        {limit !== null && <Limit limit={limit} />}
        {countedSinceMs !== null && <Uncounted sinceMs={countedSinceMs} />}
        <span className={classes.legend} aria-hidden>
          {series.map(({ name, color }) => (
            <span key={name}>
              <i style={{ background: color }} />
              {name}
            </span>
          ))}
        </span>
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
      </figcaption>
      <StackedBars
        rows={rows}
        series={series}
        stepMs={stepMs}
        height={height}
        format={compactNumber}
        limit={limit?.limit ?? 0}
        countedSinceMs={countedSinceMs}
        onSelect={(from, to) => onRange(zoomedIn(from, to, Date.now()))}
      />
      <BarTable rows={rows} />
    </figure>
  );
}

/** How many calls the list has, which its pages do not tell. */
function Total({ calls, unsuccessful }: Pick<LogBars, "calls" | "unsuccessful">) {
  const t = useTranslations("logs.chart");
  const format = useFormatter();
  const count = format.number(calls);
  if (calls === 0 || unsuccessful === 0) return <span>{t("calls", { calls, count })}</span>;
  const share = format.number(unsuccessful / calls, {
    style: "percent",
    maximumSignificantDigits: 2,
  });
  return <span>{t("callsOfWhich", { calls, count, share })}</span>;
}

function Peak({ rows }: Pick<LogBars, "rows">) {
  const t = useTranslations("logs.chart");
  const time = useTimeText();
  const peak = rows.reduce<BarRow | null>(
    (most, row) => (most === null || total(row) > total(most) ? row : most),
    null,
  );
  if (peak === null || total(peak) === 0) return null;
  return (
    <span suppressHydrationWarning>
      {t("peak", { value: compactNumber(total(peak)), time: time(peak.t) })}
    </span>
  );
}

function Limit({ limit: { limit, scope } }: { limit: AppliedLimit }) {
  const t = useTranslations("charts");
  return (
    <span className={classes.limit}>
      {t("limit", { value: compactNumber(limit), scope: t(`scopes.${scope}`) })}
    </span>
  );
}

/** Some filters have to look at every row: when there are too many for that, how far it got is said. */
function Uncounted({ sinceMs }: { sinceMs: number }) {
  const t = useTranslations("logs.chart");
  const time = useTimeText();
  return (
    <span className={classes.partial} suppressHydrationWarning>
      {t("countedSince", { time: time(sinceMs) })}
    </span>
  );
}

/** The same figures for those who cannot see bars. */
function BarTable({ rows }: Pick<LogBars, "rows">) {
  const t = useTranslations("logs.chart");
  const time = useTimeText();
  return (
    <VisuallyHidden>
      <table>
        <caption>{t("label")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("time")}</th>
            {statusClasses.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.t}>
              <th scope="row" suppressHydrationWarning>
                {time(row.t)}
              </th>
              {row.values.map((value, index) => (
                <td key={statusClasses[index]}>{compactNumber(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}

function useTimeText(): (ms: number) => string {
  const locale = useLocale();
  return (ms) =>
    new Date(ms).toLocaleString(locale, {
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
    });
}

function total({ values }: BarRow): number {
  return values.reduce((sum, value) => sum + value, 0);
}
