import { AuditView } from "#components/audit/audit-view";
import { listAuditLog } from "#lib/api/operations/audit-log";
import { auditQuery } from "#lib/api/queries";
import { auditParamsOf } from "../../audit-params.ts";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import type { SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("auditLog");

export default async function AuditLogPage({ searchParams }: { searchParams: SearchParams }) {
  const params = await auditParamsOf(searchParams);
  return (
    <Hydrate prefetch={[{ query: auditQuery(params), from: listAuditLog, pages: true }]}>
      <AuditView />
    </Hydrate>
  );
}
