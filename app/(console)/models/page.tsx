import { ModelsView } from "#components/models/models-view";
import { listModelsOperation } from "#lib/api/operations/models";
import { modelsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("models");

export default async function ModelsPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["q", "vendor", "kind", "sold", "sort"]);
  return (
    <Hydrate prefetch={[{ query: modelsQuery(filters), from: listModelsOperation, pages: true }]}>
      <ModelsView />
    </Hydrate>
  );
}
