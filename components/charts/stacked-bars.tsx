"use client";

import { useElementSize } from "@mantine/hooks";
import { useLocale } from "next-intl";
import { type KeyboardEvent, type PointerEvent, useId, useState } from "react";
import { type BarScale, barScale, barsBetween } from "./bar-scale.ts";
import classes from "./stacked-bars.module.css";
import { timeTicks } from "./time-ticks.ts";

export type BarRow = { t: number; values: readonly number[] };
export type StackedBarsProps = {
  rows: readonly BarRow[];
  /** From the bottom up; colours are CSS values. */
  series: readonly { name: string; color: string }[];
  stepMs: number;
  height: number;
  format: (value: number) => string;
  /** A line across: what is allowed; 0 is none. */
  limit?: number;
  /** What lies before was not counted, and is hatched. */
  countedSinceMs?: number | null;
  /** A stretch was dragged over, or one bar clicked. Milliseconds since 1970. */
  onSelect: (fromMs: number, toMs: number) => void;
};

const axis = 18;
const left = 44;

/** Bars over time, one colour upon the other, the highest marked; dragging over them chooses their stretch. */
export function StackedBars(props: StackedBarsProps) {
  const { rows, series, stepMs, height, format, limit = 0, countedSinceMs = null, onSelect } = props;
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [hovered, setHovered] = useState<number | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const scale = barScale({
    rows,
    width: Math.max(0, width - left),
    height: height - axis,
    limit,
  });
  const at = ({ clientX, currentTarget }: PointerEvent) =>
    scale.indexAt(clientX - currentTarget.getBoundingClientRect().left - left);
  const choose = (from: number, to: number) => {
    const range = barsBetween(rows, from, to, stepMs);
    if (range !== null) onSelect(...range);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && drag !== null) setDrag(null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for pointers; the time range picker does the same
    <div
      ref={ref}
      className={classes.bars}
      style={{ height }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: at(event), to: at(event) });
      }}
      onPointerMove={(event) => {
        const index = at(event);
        setHovered(index);
        setDrag((current) => current && { ...current, to: index });
      }}
      onPointerUp={() => {
        if (drag !== null) choose(drag.from, drag.to);
        setDrag(null);
      }}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => setHovered(null)}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden role="presentation">
          <Grid scale={scale} format={format} />
          <g transform={`translate(${left} 0)`}>
            {countedSinceMs !== null && (
              <Uncounted scale={scale} rows={rows} stepMs={stepMs} sinceMs={countedSinceMs} />
            )}
            {drag !== null && drag.from !== drag.to && <Brush scale={scale} {...drag} />}
            <Bars rows={rows} series={series} scale={scale} hovered={hovered} />
            <PeakMark rows={rows} scale={scale} />
            {limit > 0 && scale.y(limit) >= 0 && (
              <line
                className={classes.limit}
                x1={0}
                x2={scale.width}
                y1={scale.y(limit)}
                y2={scale.y(limit)}
              />
            )}
            <TimeAxis rows={rows} scale={scale} stepMs={stepMs} />
          </g>
        </svg>
      )}
      {hovered !== null && rows[hovered] !== undefined && (
        <Tip
          row={rows[hovered]}
          series={series}
          format={format}
          x={left + scale.x(hovered)}
          isRight={scale.x(hovered) > scale.width / 2}
        />
      )}
    </div>
  );
}

function Grid({ scale, format }: { scale: BarScale; format: (value: number) => string }) {
  return scale.ticks.map((tick) => (
    <g key={tick}>
      <line
        className={classes.grid}
        x1={left}
        x2={left + scale.width}
        y1={scale.y(tick)}
        y2={scale.y(tick)}
      />
      <text
        className={classes.tick}
        x={left - 8}
        y={scale.y(tick)}
        textAnchor="end"
        dominantBaseline="middle"
      >
        {format(tick)}
      </text>
    </g>
  ));
}

type BarsProps = Pick<StackedBarsProps, "rows" | "series"> & { scale: BarScale; hovered: number | null };

function Bars({ rows, series, scale, hovered }: BarsProps) {
  return rows.map(({ t, values }, index) => {
    let below = 0;
    return (
      <g key={t} opacity={hovered === null || hovered === index ? 1 : 0.55}>
        {values.map((value, which) => {
          const top = below + value;
          const [y, base] = [scale.y(top), scale.y(below)];
          below = top;
          if (value === 0) return null;
          // Never thinner than a pixel: one error among a million calls is still one to be seen.
          const barHeight = Math.max(1, base - y);
          return (
            <rect
              key={series[which]?.name}
              x={scale.x(index)}
              y={base - barHeight}
              width={scale.barWidth}
              height={barHeight}
              style={{ fill: series[which]?.color }}
            />
          );
        })}
      </g>
    );
  });
}

function Brush({ scale, from, to }: { scale: BarScale; from: number; to: number }) {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  return (
    <rect
      className={classes.brush}
      x={scale.x(first)}
      y={0}
      width={scale.x(last) - scale.x(first) + scale.pitch}
      height={scale.height}
    />
  );
}

type UncountedProps = { scale: BarScale; rows: readonly BarRow[]; stepMs: number; sinceMs: number };

/** Nothing is known of this stretch, which an empty one must not look like. */
function Uncounted({ scale, rows, stepMs, sinceMs }: UncountedProps) {
  const id = useId();
  const firstMs = rows[0]?.t ?? sinceMs;
  const width = Math.min(scale.width, Math.max(0, (sinceMs - firstMs) / stepMs) * scale.pitch);
  return (
    <>
      <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line className={classes.hatch} y2={6} />
      </pattern>
      <rect width={width} height={scale.height} fill={`url(#${id})`} />
    </>
  );
}

/** The highest of several bars. */
function PeakMark({ rows, scale }: { rows: readonly BarRow[]; scale: BarScale }) {
  if (scale.peakIndex === null || rows.length < 3) return null;
  const [x, y] = [scale.x(scale.peakIndex) + scale.barWidth / 2, scale.y(scale.peak) - 3];
  return <path className={classes.peak} d={`M${x - 4} ${y - 5}h8l-4 5z`} />;
}

function TimeAxis({ rows, scale, stepMs }: { rows: readonly BarRow[]; scale: BarScale; stepMs: number }) {
  const locale = useLocale();
  const [first, last] = [rows[0]?.t ?? 0, (rows.at(-1)?.t ?? 0) + stepMs];
  const most = Math.max(2, Math.floor(scale.width / 90));
  const offset = -new Date(last).getTimezoneOffset() * 60_000;
  const style: Intl.DateTimeFormatOptions =
    last - first > 2 * 86_400_000
      ? { month: "short", day: "numeric" }
      : { hour: "2-digit", minute: "2-digit", hour12: false };
  return timeTicks(first, last, most, offset).map((tick) => {
    const x = ((tick - first) / Math.max(1, last - first)) * scale.width;
    if (x < 14 || x > scale.width - 14) return null;
    return (
      <text key={tick} className={classes.tick} x={x} y={scale.height + 13} textAnchor="middle">
        {new Date(tick).toLocaleString(locale, style)}
      </text>
    );
  });
}

type TipProps = Pick<StackedBarsProps, "series" | "format"> & { row: BarRow; x: number; isRight: boolean };

function Tip({ row, series, format, x, isRight }: TipProps) {
  const locale = useLocale();
  const time = new Date(row.t).toLocaleString(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  return (
    <div
      className={classes.tip}
      style={isRight ? { right: `calc(100% - ${x - 8}px)` } : { left: x + 16 }}
      aria-hidden
    >
      <p>{time}</p>
      {series.map(({ name, color }, index) => (
        <div key={name}>
          <i style={{ background: color }} />
          <span>{name}</span>
          <b>{format(row.values[index] ?? 0)}</b>
        </div>
      ))}
    </div>
  );
}
