import { ChartsView } from "#components/traffic/charts-view";
import { getMetricsOperation } from "#lib/api/operations/metrics";
import { metricsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { chartParamsOf } from "../../log-params.ts";
import { titled } from "../../page-title.ts";
import type { SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("charts");

export default async function ChartsPage({ searchParams }: { searchParams: SearchParams }) {
  const query = metricsQuery(await chartParamsOf(searchParams));
  return (
    <Hydrate prefetch={[{ query, from: getMetricsOperation }]}>
      <ChartsView />
    </Hydrate>
  );
}
