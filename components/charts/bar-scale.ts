type Row = { t: number; values: readonly number[] };

/** Where bars stand in a plot of `width` × `height` px. */
export type BarScale = {
  width: number;
  height: number;
  /** From one bar's left to the next one's. */
  pitch: number;
  barWidth: number;
  peak: number;
  peakIndex: number | null;
  /** Values with a line across, at most three, round ones. */
  ticks: number[];
  x: (index: number) => number;
  y: (value: number) => number;
  /** The bar under a horizontal position, the nearest one beyond the ends. */
  indexAt: (x: number) => number;
};

/** Room above the highest bar, for its mark. */
const headroom = 10;

/** The scale of stacked bars: 0 at the bottom; the highest bar, or the limit where that is near, at the top. */
export function barScale({
  rows,
  width,
  height,
  limit,
}: {
  rows: readonly Row[];
  width: number;
  height: number;
  limit: number;
}): BarScale {
  const totals = rows.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const peak = Math.max(0, ...totals);
  // A limit far above what is used would press all bars flat; it is said in words instead.
  const most = Math.max(peak, limit <= peak * 4 ? limit : 0, 1e-9);
  const pitch = rows.length === 0 ? width : width / rows.length;
  const tick = roundDown(most / 2);
  return {
    width,
    height,
    pitch,
    barWidth: Math.max(1, pitch - (pitch > 4 ? 1.5 : 0.5)),
    peak,
    peakIndex: peak === 0 ? null : totals.indexOf(peak),
    ticks: peak === 0 ? [0] : [0, tick, tick * 2].filter((value) => value <= most * 1.05),
    x: (index) => index * pitch,
    y: (value) => height - (value / most) * (height - headroom),
    indexAt: (x) => Math.max(0, Math.min(rows.length - 1, Math.floor(x / Math.max(pitch, 1e-9)))),
  };
}

/** The stretch of time from one bar to another, in either order, both whole. */
export function barsBetween(
  rows: readonly Row[],
  from: number,
  to: number,
  stepMs: number,
): [fromMs: number, toMs: number] | null {
  const [first, last] = [rows[Math.min(from, to)], rows[Math.max(from, to)]];
  return first === undefined || last === undefined ? null : [first.t, last.t + stepMs];
}

/** The largest of 1, 2, 2.5 and 5 times a power of ten that is not above the value. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [5, 2.5, 2, 1].find((each) => each * power <= value) ?? 1;
  return step * power;
}
