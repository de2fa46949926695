import { csvLine } from "#lib/core/csv";
import type { Metrics } from "#lib/metrics/schema";

/** A chart as CSV: a line per step, ISO times, a column per series; a gap is an empty cell. */
export function chartCsv({ series }: Pick<Metrics, "series">): string {
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ t }) => t)))].toSorted();
  const columns = series.map(({ points }) => new Map(points.map(({ t, value }) => [t, String(value)])));
  const lines = times.map((time) => csvLine([time, ...columns.map((values) => values.get(time) ?? "")]));
  return `${[csvLine(["time", ...series.map(({ name }) => name)]), ...lines].join("\r\n")}\r\n`;
}
