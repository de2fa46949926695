import { Area, type DotItemDotProps, Line } from "recharts";
import { loneTimes } from "./lone-times.ts";
import type { ChartRow, ChartSeries } from "./prepare-series.ts";

type Options = {
  rows: readonly ChartRow[];
  series: readonly ChartSeries[];
  colors: readonly string[];
  highlighted: string | null;
  /** The pointer went down on a series' point. */
  onPress: (group: string) => void;
};

/** Two lines per series: whole steps firm, the running one dashed. recharts wants them as direct children. */
export function seriesLines({ rows, series, colors, highlighted, onPress }: Options) {
  return series.flatMap(({ group }, index) => {
    const color = colors[index] ?? "currentColor";
    const isFirst = index === 0;
    const look = {
      type: "linear",
      stroke: color,
      strokeWidth: isFirst || highlighted === group ? 1.8 : 1.3,
      strokeOpacity: highlighted === null || highlighted === group ? 1 : 0.18,
      isAnimationActive: false,
      dot: false,
      activeDot: { r: 3.5, strokeWidth: 0, cursor: "pointer", onMouseDown: () => onPress(group) },
    } as const;
    const fillOpacity = series.length === 1 || (isFirst && highlighted === null) ? 0.09 : 0;
    return [
      <Area
        key={`${group}-firm`}
        {...look}
        dot={loneDots(rows, index, color)}
        dataKey={`firm${index}`}
        fill={color}
        fillOpacity={fillOpacity}
      />,
      <Line key={`${group}-open`} {...look} dataKey={`open${index}`} strokeDasharray="3 3" />,
    ];
  });
}

/** A point between two gaps has no line that would show it. */
function loneDots(rows: readonly ChartRow[], index: number, color: string) {
  const lone = loneTimes(rows, index);
  if (lone.size === 0) return false;
  return ({ key, cx, cy, payload }: DotItemDotProps) =>
    lone.has((payload as ChartRow).t) ? (
      <circle key={key} cx={cx} cy={cy} r={1.5} fill={color} />
    ) : (
      <g key={key} />
    );
}
