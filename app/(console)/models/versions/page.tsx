import { VersionsView } from "#components/prices/versions-view";
import { listPriceVersionsOperation } from "#lib/api/operations/prices";
import { priceVersionsQuery } from "#lib/api/queries";
import { Hydrate } from "../../../hydrate.tsx";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("versions");

export default function VersionsPage() {
  return (
    <Hydrate prefetch={[{ query: priceVersionsQuery(), from: listPriceVersionsOperation, pages: true }]}>
      <VersionsView />
    </Hydrate>
  );
}
