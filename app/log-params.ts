import { presets, rangeEnds } from "#components/data-table/time-range";
import { chartFilterKeys } from "#components/traffic/chart-choices";
import { logFilterKeys } from "#lib/logs/filter-keys";
import { pick, type SearchParams } from "./search-params.ts";

/** The request log's address as parameters of `GET /api/logs`: the view makes the same of it in the browser. */
export function logParamsOf(searchParams: SearchParams) {
  return rangeParamsOf(searchParams, logFilterKeys);
}

/** A time range and these filters of a page's address, as its list takes them. */
export async function rangeParamsOf<const Key extends string>(
  searchParams: SearchParams,
  keys: readonly Key[],
) {
  const { range, from, to } = await pick(searchParams, ["range", "from", "to"]);
  const preset = presets.find((each) => each === range) ?? null;
  return { ...rangeEnds({ range: preset, from, to }, Date.now()), ...(await pick(searchParams, keys)) };
}

/** The address of the charts page as parameters of `GET /api/metrics`. */
export async function chartParamsOf(searchParams: SearchParams) {
  const params = await rangeParamsOf(searchParams, ["metric", "groupBy", "percentile", ...chartFilterKeys]);
  const { metric, groupBy, percentile, ...rest } = params;
  return { ...rest, metric: metric ?? "rpm", groupBy, percentile: groupBy === null ? null : percentile };
}
