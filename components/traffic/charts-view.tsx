"use client";

import { NativeSelect, SegmentedControl, Skeleton } from "@mantine/core";
import { useTranslations } from "next-intl";
import { ErrorState } from "../common/error-state.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { TimeRangePicker } from "../data-table/time-range-picker.tsx";
import { useRangeEnds } from "../data-table/use-range-ends.ts";
import { PageHeader } from "../shell/page-header.tsx";
import { ViewsOnly } from "../shell/views-only.tsx";
import { chartMetrics, percentiles } from "./chart-choices.ts";
import { ChartPlot, plotHeight } from "./chart-plot.tsx";
import classes from "./charts.module.css";
import { SeriesTable } from "./series-table.tsx";
import { filtersOf, useChart, useGroupings } from "./use-chart.ts";
import { useChartFilterSpecs } from "./use-chart-filter-specs.ts";
import { useChartParams } from "./use-chart-params.ts";

const noFilters = { accountId: null, keyId: null, model: null, channelId: null, group: null, status: null };

/** One metric over time, by what one wants; every line leads to its rows. */
export function ChartsView() {
  const t = useTranslations("charts");
  const [params, setParams] = useChartParams();
  const { metric } = params;
  const filters = filtersOf(params);
  const { possible, groupBy } = useGroupings(params.metric, params.groupBy);
  const ends = useRangeEnds(params);
  const question = { metric, groupBy, percentile: params.percentile, filters, ends };
  const { query, answer, chart } = useChart(question);
  const isLatency = metric === "latency" || metric === "firstToken";
  return (
    <>
      <PageHeader title={t("title")}>
        <SegmentedControl
          aria-label={t("view")}
          value={params.view ?? "chart"}
          onChange={(value) => void setParams({ view: value === "table" ? "table" : null })}
          data={[
            { value: "chart", label: t("asChart") },
            { value: "table", label: t("asTable") },
          ]}
        />
      </PageHeader>
      <FilterBar
        specs={useChartFilterSpecs()}
        values={params}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={() => void setParams(noFilters)}
        aside={<ViewsOnly name="charts" />}
      >
        <TimeRangePicker value={params} onChange={(range) => void setParams(range)} />
      </FilterBar>
      <div className={classes.page}>
        <div className={classes.switches}>
          <div className={classes.metrics}>
            <SegmentedControl
              aria-label={t("metric")}
              value={metric}
              onChange={(value) =>
                void setParams({ metric: chartMetrics.find((name) => name === value) ?? null })
              }
              data={chartMetrics.map((value) => ({ value, label: t(`metrics.${value}`) }))}
            />
          </div>
          <NativeSelect
            size="xs"
            className={classes.metricSelect}
            aria-label={t("metric")}
            value={metric}
            onChange={({ currentTarget }) =>
              void setParams({ metric: chartMetrics.find((name) => name === currentTarget.value) ?? null })
            }
            data={chartMetrics.map((value) => ({ value, label: t(`metrics.${value}`) }))}
          />
          <NativeSelect
            size="xs"
            aria-label={t("groupBy")}
            value={groupBy ?? ""}
            onChange={({ currentTarget }) =>
              void setParams({ groupBy: possible.find((one) => one === currentTarget.value) ?? null })
            }
            data={[
              { value: "", label: t("ungrouped") },
              ...possible.map((value) => ({ value, label: t(`by.${value}`) })),
            ]}
          />
          {isLatency && groupBy !== null && (
            <SegmentedControl
              aria-label={t("percentile")}
              value={params.percentile ?? "p95"}
              onChange={(value) =>
                void setParams({ percentile: percentiles.find((name) => name === value) ?? null })
              }
              data={[...percentiles]}
            />
          )}
        </div>
        {answer === undefined && query.error !== null && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {answer === undefined && query.error === null && <Skeleton height={plotHeight + 30} />}
        {answer !== undefined && chart !== null && (
          <div className={classes.answer} data-stale={query.isPlaceholderData || undefined}>
            {query.error !== null && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
            <ChartPlot
              question={question}
              answer={answer}
              chart={chart}
              isTable={params.view === "table"}
              isZoomed={params.from !== null || params.to !== null}
              onRange={(range) => void setParams({ range: null, ...range })}
            />
            <SeriesTable question={question} answer={answer} chart={chart} />
          </div>
        )}
      </div>
    </>
  );
}
