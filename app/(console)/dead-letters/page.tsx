import { DeadLettersView } from "#components/system/dead-letters-view";
import { listDeadLettersOperation } from "#lib/api/operations/dead-letters";
import { deadLettersQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("deadLetters");

export default async function DeadLettersPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["state", "nodeId"]);
  return (
    <Hydrate prefetch={[{ query: deadLettersQuery(filters), from: listDeadLettersOperation, pages: true }]}>
      <DeadLettersView />
    </Hydrate>
  );
}
