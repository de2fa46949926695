import { IncidentsView } from "#components/incidents/incidents-view";
import { listIncidentsOperation } from "#lib/api/operations/incidents";
import { incidentsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("incidents");

export default async function IncidentsPage({ searchParams }: { searchParams: SearchParams }) {
  const query = incidentsQuery(await pick(searchParams, ["state", "cause", "accountId", "keyId", "q"]));
  const me = await readMe();
  return (
    <Hydrate prefetch={[{ query, from: listIncidentsOperation, pages: true }]}>
      <IncidentsView ownAccountId={me?.role === "customer" ? me.accountId : null} />
    </Hydrate>
  );
}
