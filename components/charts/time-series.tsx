"use client";

import { useComputedColorScheme } from "@mantine/core";
import { useLocale } from "next-intl";
import { useState } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { ChartTooltip } from "./chart-tooltip.tsx";
import { hueColor } from "./palette.ts";
import type { PreparedChart } from "./prepare-series.ts";
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
};

type Drag = { from: number; to: number } | null;

/** Lines over time: gaps stay gaps, the running step is dashed, dragging chooses a stretch. */
export function TimeSeries({ chart, firstHue, format, height, stepMs, onSelect }: TimeSeriesProps) {
  const scheme = useComputedColorScheme("light");
  const locale = useLocale();
  const [drag, setDrag] = useState<Drag>(null);
  const colors = chart.series.map(({ hue }, index) =>
    hueColor(index === 0 && firstHue !== undefined ? firstHue : hue, scheme),
  );
  const [firstMs, lastMs] = [chart.rows[0]?.t ?? 0, chart.rows.at(-1)?.t ?? 0];
  const span = lastMs - firstMs;
  const ticks = timeTicks(firstMs, lastMs, 8, -new Date(lastMs).getTimezoneOffset() * 60_000);
  const move = (label: number | undefined) =>
    label !== undefined && setDrag((current) => current && { ...current, to: label });
  const finish = () => {
    if (drag !== null) onSelect?.(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to) + stepMs);
    setDrag(null);
  };
  return (
    <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 800, height }}>
      <ComposedChart
        data={chart.rows}
        accessibilityLayer={false}
        margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
        onMouseDown={({ activeLabel }) => setDrag(labelToDrag(activeLabel))}
        onMouseMove={({ activeLabel }) => move(toNumber(activeLabel))}
        onMouseUp={finish}
        onMouseLeave={() => setDrag(null)}
        style={{ cursor: onSelect === undefined ? "default" : "crosshair", userSelect: "none" }}
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
          tickFormatter={format}
          tick={{ fill: "var(--tg-dim)", fontSize: 12 }}
          axisLine={false}
          tickLine={false}
          width={64}
          domain={[0, "auto"]}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--tg-line-strong)" }}
          content={({ label }) => (
            <ChartTooltip chart={chart} at={toNumber(label)} colors={colors} format={format} />
          )}
        />
        {chart.series.map(({ group }, index) => {
          const color = colors[index] ?? "currentColor";
          const isFirst = index === 0;
          return [
            <Area
              key={`${group}-firm`}
              dataKey={`firm${index}`}
              type="linear"
              stroke={color}
              strokeWidth={isFirst ? 1.8 : 1.3}
              fill={color}
              fillOpacity={isFirst ? 0.09 : 0}
              isAnimationActive={false}
              dot={false}
              activeDot={{ r: 3, strokeWidth: 0 }}
            />,
            <Line
              key={`${group}-open`}
              dataKey={`open${index}`}
              type="linear"
              stroke={color}
              strokeWidth={isFirst ? 1.8 : 1.3}
              strokeDasharray="3 3"
              isAnimationActive={false}
              dot={false}
              activeDot={{ r: 3, strokeWidth: 0 }}
            />,
          ];
        })}
        {drag !== null && drag.from !== drag.to && (
          <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--tg-accent)" fillOpacity={0.12} />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

function labelToDrag(label: string | number | undefined): Drag {
  const time = toNumber(label);
  return time === undefined ? null : { from: time, to: time };
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
