/** A series as `GET /api/metrics` answers it; money comes as a decimal string. */
export type RawSeries = {
  group: string;
  name: string;
  points: readonly { t: string; value: number | string }[];
};

/** `firm` are whole steps, `open` the last step, which is still running: it is drawn dashed from the last firm point. */
export type ChartRow = { t: number } & { [key: `firm${number}` | `open${number}`]: number | null };
export type ChartSeries = { name: string; group: string; hue: number | null };
export type PreparedChart = { rows: ChartRow[]; series: ChartSeries[]; peak: number; isEmpty: boolean };

export const hueCount = 8;

type Options = {
  stepMs: number;
  nowMs: number;
  shiftsMs?: readonly number[];
  whole?: { fromMs: number; toMs: number };
};

/**
 * Rows for a chart: one per time of any series, in order; a series without a point there has a gap (null).
 * `shiftsMs` moves a series along the time axis, to lay last week over this one. With `whole`, a stretch of steps, a time
 * at which no series has a point is a gap too.
 */
export function prepareSeries(
  raw: readonly RawSeries[],
  { stepMs, nowMs, shiftsMs = [], whole }: Options,
): PreparedChart {
  const byTime = new Map<number, ChartRow>();
  for (let time = whole?.fromMs ?? 0; time < (whole?.toMs ?? 0); time += stepMs)
    byTime.set(time, emptyRow(time));
  let peak = 0;
  raw.forEach(({ points }, index) => {
    for (const { t, value } of points) {
      const time = Date.parse(t) + (shiftsMs[index] ?? 0);
      const amount = Number(value);
      const row = byTime.get(time) ?? emptyRow(time);
      if (time + stepMs > nowMs) row[`open${index}`] = amount;
      else row[`firm${index}`] = amount;
      byTime.set(time, row);
      peak = Math.max(peak, amount);
    }
  });
  const rows = [...byTime.values()].toSorted((left, right) => left.t - right.t);
  joinOpenEnds(rows, raw.length);
  return { rows: withGaps(rows, raw.length), series: withHues(raw), peak, isEmpty: peak === 0 };
}

function emptyRow(t: number): ChartRow {
  return { t };
}

/** The dashed part starts at the last firm point, so that the line does not break there. */
function joinOpenEnds(rows: ChartRow[], seriesCount: number): void {
  for (let index = 0; index < seriesCount; index += 1) {
    const firstOpen = rows.findIndex((row) => row[`open${index}`] !== undefined);
    const before = rows[firstOpen - 1];
    if (before?.[`firm${index}`] !== undefined) before[`open${index}`] = before[`firm${index}`] ?? null;
  }
}

function withGaps(rows: ChartRow[], seriesCount: number): ChartRow[] {
  return rows.map((row) => {
    const whole: ChartRow = { ...row };
    for (let index = 0; index < seriesCount; index += 1) {
      whole[`firm${index}`] ??= null;
      whole[`open${index}`] ??= null;
    }
    return whole;
  });
}

/** What means something has its hue: well, warning, bad; the rest by name. */
const fixedHues: Readonly<Record<string, number>> = {
  total: 0,
  "2xx": 0,
  "4xx": 1,
  "5xx": 7,
  p50: 4,
  p95: 1,
  p99: 7,
};

/**
 * The same group has the same hue on every page, in whatever order it comes; two that meet on one take the next free, by
 * their names. `other` has none.
 */
function withHues(raw: readonly RawSeries[]): ChartSeries[] {
  const hues = new Map<string, number>();
  const taken = new Set<number>();
  const named = raw.map(({ group }) => group).filter((group) => group !== "other");
  for (const group of named.toSorted()) {
    let hue = fixedHues[group] ?? hashOf(group) % hueCount;
    for (let tries = 0; taken.has(hue) && tries < hueCount; tries += 1) hue = (hue + 1) % hueCount;
    taken.add(hue);
    hues.set(group, hue);
  }
  return raw.map(({ name, group }) => ({ name, group, hue: hues.get(group) ?? null }));
}

function hashOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return hash;
}
