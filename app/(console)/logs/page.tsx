import { LogsView } from "#components/logs/logs-view";
import { listLogsOperation } from "#lib/api/operations/logs";
import { logsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { logParamsOf } from "../../log-params.ts";
import { titled } from "../../page-title.ts";
import type { SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("logs");

export default async function LogsPage({ searchParams }: { searchParams: SearchParams }) {
  const params = await logParamsOf(searchParams);
  return (
    <Hydrate prefetch={[{ query: logsQuery(params), from: listLogsOperation, pages: true }]}>
      <LogsView />
    </Hydrate>
  );
}
