import { ByIpView } from "#components/logs/by-ip-view";
import { listByIpOperation } from "#lib/api/operations/log-reports";
import { byIpQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { rangeParamsOf } from "../../log-params.ts";
import { titled } from "../../page-title.ts";
import type { SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("byIp");

export default async function ByIpPage({ searchParams }: { searchParams: SearchParams }) {
  const params = await rangeParamsOf(searchParams, ["accountId", "keyId", "ip", "cidr", "by", "sort"]);
  return (
    <Hydrate prefetch={[{ query: byIpQuery(params), from: listByIpOperation, pages: true }]}>
      <ByIpView />
    </Hydrate>
  );
}
