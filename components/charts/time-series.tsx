"use client";

import { useComputedColorScheme } from "@mantine/core";
import { useLocale } from "next-intl";
import { type MouseEvent, useRef, useState } from "react";
import {
  CartesianGrid,
  ComposedChart,
  ReferenceArea,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { ChartTooltip } from "./chart-tooltip.tsx";
import { hueColor } from "./palette.ts";
import type { PreparedChart } from "./prepare-series.ts";
import { seriesLines } from "./series-lines.tsx";
import { stepAt } from "./step-at.ts";
import { timeTicks } from "./time-ticks.ts";

export type TimeSeriesProps = {
  chart: PreparedChart;
  /** Accents the first series with this hue; the others follow their own. */
  firstHue?: number;
  format: (value: number) => string;
  height: number;
  stepMs: number;
  /** A stretch was dragged over, or one step clicked. Milliseconds since 1970. */
  onSelect?: (fromMs: number, toMs: number) => void;
  /** A step was clicked, or one series' point in it; without this a click selects like a drag. */
  onPick?: (group: string | null, fromMs: number, toMs: number) => void;
  /** A line across: what is allowed. */
  limit?: { value: number; label: string } | null;
  /** The highest point, marked. */
  peak?: { t: number; value: number; label: string } | null;
  /** Only this series stands out. */
  highlighted?: string | null;
};

type Drag = { from: number; to: number } | null;

/** Where the plot lies within its box, in px. */
const axisWidth = 64;
const marginRight = 4;

/** Lines over time: gaps stay gaps, the running step is dashed, dragging chooses a stretch. */
export function TimeSeries(props: TimeSeriesProps) {
  const {
    chart,
    firstHue,
    format,
    height,
    stepMs,
    onSelect,
    onPick,
    limit,
    peak,
    highlighted = null,
  } = props;
  const picked = useRef<string | null>(null);
  const scheme = useComputedColorScheme("light");
  const locale = useLocale();
  const [drag, setDrag] = useState<Drag>(null);
  const colors = chart.series.map(({ hue }, index) =>
    hueColor(index === 0 && firstHue !== undefined ? firstHue : hue, scheme),
  );
  const [firstMs, lastMs] = [chart.rows[0]?.t ?? 0, chart.rows.at(-1)?.t ?? 0];
  const span = lastMs - firstMs;
  const ticks = timeTicks(firstMs, lastMs, 8, -new Date(lastMs).getTimezoneOffset() * 60_000);
  // From the place itself: recharts knows the step under the pointer only after it has hovered there, which no finger does.
  const timeAt = ({ clientX, currentTarget }: MouseEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return stepAt(clientX - left - axisWidth, width - axisWidth - marginRight, { firstMs, lastMs, stepMs });
  };
  const press = (event: MouseEvent) => {
    const at = chart.rows.length === 0 || event.button !== 0 ? null : timeAt(event);
    setDrag(at === null ? null : { from: at, to: at });
  };
  const move = (event: MouseEvent) => {
    const at = drag === null ? null : timeAt(event);
    if (at !== null) setDrag((current) => current && { ...current, to: at });
  };
  const finish = () => {
    const group = picked.current;
    picked.current = null;
    setDrag(null);
    if (drag === null) return;
    const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to) + stepMs];
    if (drag.from === drag.to && onPick !== undefined) onPick(group, from, to);
    else onSelect?.(from, to);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for pointers; the time range picker and the table do the same
    <div
      onMouseDown={press}
      onMouseMove={move}
      onMouseUp={finish}
      onMouseLeave={() => setDrag(null)}
      style={{ cursor: onSelect === undefined ? "default" : "crosshair", userSelect: "none" }}
    >
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 800, height }}>
        <ComposedChart
          data={chart.rows}
          accessibilityLayer={false}
          margin={{ top: 8, right: marginRight, bottom: 0, left: 0 }}
        >
          <CartesianGrid vertical={false} stroke="var(--tg-line)" />
          <XAxis
            dataKey="t"
            type="number"
            scale="time"
            domain={["dataMin", "dataMax"]}
            tickFormatter={(time: number) => tickText(time, span, locale)}
            tick={{ fill: "var(--tg-dim)", fontSize: 12 }}
            stroke="var(--tg-line-strong)"
            tickLine={false}
            ticks={ticks}
            minTickGap={24}
          />
          <YAxis
            // recharts hands on the tick's index as well.
            tickFormatter={(value: number) => format(value)}
            tick={{ fill: "var(--tg-dim)", fontSize: 12 }}
            axisLine={false}
            tickLine={false}
            width={axisWidth}
            domain={[0, "auto"]}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--tg-line-strong)" }}
            content={({ label }) => (
              <ChartTooltip chart={chart} at={toNumber(label)} colors={colors} format={format} />
            )}
          />
          {seriesLines({
            rows: chart.rows,
            series: chart.series,
            colors,
            highlighted,
            onPress: (group) => {
              picked.current = group;
            },
          })}
          {limit && (
            <ReferenceLine
              y={limit.value}
              stroke="var(--tg-bad)"
              strokeDasharray="5 4"
              ifOverflow={limit.value <= chart.peak * 4 ? "extendDomain" : "hidden"}
              label={{ value: limit.label, position: "insideTopRight", fill: "var(--tg-bad)", fontSize: 12 }}
            />
          )}
          {peak && (
            <ReferenceDot
              x={peak.t}
              y={peak.value}
              r={4}
              fill="var(--mantine-color-body)"
              stroke="var(--mantine-color-text)"
              label={{
                value: peak.label,
                position: isNearEnd(peak.t, firstMs, lastMs) ? "left" : "right",
                fill: "var(--mantine-color-text)",
                fontSize: 12,
              }}
            />
          )}
          {drag !== null && drag.from !== drag.to && (
            <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--tg-accent)" fillOpacity={0.12} />
          )}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

function isNearEnd(time: number, firstMs: number, lastMs: number): boolean {
  return time > firstMs + (lastMs - firstMs) * 0.8;
}

function toNumber(label: unknown): number | undefined {
  const time = typeof label === "number" || typeof label === "string" ? Number(label) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function tickText(timeMs: number, spanMs: number, locale: string): string {
  const style: Intl.DateTimeFormatOptions =
    spanMs > 2 * 86_400_000
      ? { month: "short", day: "numeric" }
      : { hour: "2-digit", minute: "2-digit", hour12: false };
  return new Date(timeMs).toLocaleString(locale, style);
}
