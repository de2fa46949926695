import { auditEnds } from "#components/audit/audit-ends";
import { auditFilterKeys } from "#components/audit/audit-filter-keys";
import { pick, type SearchParams } from "./search-params.ts";

/** The audit log's address as parameters of `GET /api/audit-log`: the view makes the same of it in the browser. */
export async function auditParamsOf(searchParams: SearchParams) {
  const { range, from, to, ...filters } = await pick(searchParams, [
    "range",
    "from",
    "to",
    ...auditFilterKeys,
  ]);
  return { ...filters, ...auditEnds({ range, from, to }, Date.now()) };
}
