import { useId } from "react";
import classes from "./charts.module.css";

const WIDTH = 96;
const HEIGHT = 22;

/** A line without axes, the newest at the right, drawn to its own highest value; `label` says what it shows. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const id = useId();
  const most = Math.max(...values, 1);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${yOf(value, most).toFixed(1)}`);
  return (
    <svg
      className={classes.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-labelledby={id}
      preserveAspectRatio="none"
    >
      <title id={id}>{label}</title>
      <polygon points={`0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`} />
      <polyline points={points.join(" ")} />
    </svg>
  );
}

function yOf(value: number, most: number): number {
  return HEIGHT - 1.5 - (value / most) * (HEIGHT - 3);
}
