import { notFound } from "next/navigation";
import { TiersView } from "#components/tiers/tiers-view";
import { listGrantsOperation, listTiersOperation } from "#lib/api/operations/tiers";
import { tierGrantsQuery, tiersQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("tiers");

export default async function TiersPage() {
  // Customers see how far they are on their own pages.
  if ((await readMe())?.role === "customer") notFound();
  const grants = { query: tierGrantsQuery(), from: listGrantsOperation, pages: true };
  return (
    <Hydrate prefetch={[{ query: tiersQuery(), from: listTiersOperation, pages: true }, grants]}>
      <TiersView />
    </Hydrate>
  );
}
