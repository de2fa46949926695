import { presets, rangeEnds } from "#components/data-table/time-range";
import { logFilterKeys } from "#components/logs/log-filter-keys";
import { pick, type SearchParams } from "./search-params.ts";

/** The request log's address as parameters of `GET /api/logs`: the view makes the same of it in the browser. */
export async function logParamsOf(searchParams: SearchParams) {
  const { range, from, to, ...filters } = await pick(searchParams, ["range", "from", "to", ...logFilterKeys]);
  const preset = presets.find((each) => each === range) ?? null;
  return { ...rangeEnds({ range: preset, from, to }, Date.now()), ...filters };
}
