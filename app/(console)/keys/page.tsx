import { KeysView } from "#components/keys/keys-view";
import { listKeysOperation } from "#lib/api/operations/keys";
import { keysQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("keys");

export default async function KeysPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["q", "accountId", "status", "hygiene", "sort"]);
  return (
    <Hydrate prefetch={[{ query: keysQuery(filters), from: listKeysOperation, pages: true }]}>
      <KeysView />
    </Hydrate>
  );
}
