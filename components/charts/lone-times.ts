import type { ChartRow } from "./prepare-series.ts";

/** The times at which a series has a point and none beside it, in the step before and the one after. */
export function loneTimes(rows: readonly ChartRow[], index: number): ReadonlySet<number> {
  const has = (row: ChartRow | undefined) =>
    row?.[`firm${index}`] !== null && row?.[`firm${index}`] !== undefined;
  return new Set(
    rows.flatMap((row, at) => (has(row) && !has(rows[at - 1]) && !has(rows[at + 1]) ? [row.t] : [])),
  );
}
