import { NodesView } from "#components/system/nodes-view";
import { listNodesOperation } from "#lib/api/operations/nodes";
import { nodesQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("nodes");

export default async function NodesPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["state", "sort"]);
  return (
    <Hydrate prefetch={[{ query: nodesQuery(filters), from: listNodesOperation, pages: true }]}>
      <NodesView />
    </Hydrate>
  );
}
