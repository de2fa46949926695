import { PriceEditor } from "#components/prices/price-editor";
import { listModelsOperation } from "#lib/api/operations/models";
import { modelsQuery } from "#lib/api/queries";
import { Hydrate } from "../../../hydrate.tsx";
import { titled } from "../../../page-title.ts";
import { pick, type SearchParams } from "../../../search-params.ts";

export const generateMetadata = titled("prices");

export default async function PricesPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["q", "vendor", "kind", "sold"]);
  const { draft } = await pick(searchParams, ["draft"]);
  const query = modelsQuery({ ...filters, limit: 500 });
  return (
    <Hydrate prefetch={[{ query, from: listModelsOperation, pages: true }]}>
      <PriceEditor draft={draft ?? undefined} />
    </Hydrate>
  );
}
