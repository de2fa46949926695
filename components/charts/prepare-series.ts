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

/**
 * Rows for a chart: one per time of any series, in order; a series without a point there has a gap (null).
 * `shiftsMs` moves a series along the time axis, to lay last week over this one.
 */
export function prepareSeries(
  raw: readonly RawSeries[],
  { stepMs, nowMs, shiftsMs = [] }: { stepMs: number; nowMs: number; shiftsMs?: readonly number[] },
): PreparedChart {
  const byTime = new Map<number, ChartRow>();
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

/** The same group has the same hue on every page; two that meet on one take the next free. `other` has none. */
function withHues(raw: readonly RawSeries[]): ChartSeries[] {
  const taken = new Set<number>();
  return raw.map(({ name, group }) => {
    if (group === "other") return { name, group, hue: null };
    let hue = hashOf(group) % hueCount;
    for (let tries = 0; taken.has(hue) && tries < hueCount; tries += 1) hue = (hue + 1) % hueCount;
    taken.add(hue);
    return { name, group, hue };
  });
}

function hashOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return hash;
}
