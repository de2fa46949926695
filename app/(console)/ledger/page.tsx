import { LedgerView } from "#components/ledger/ledger-view";
import { listLedgerOperation, listProofsOperation } from "#lib/api/operations/ledger";
import { ledgerEntriesQuery, proofsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { rangeParamsOf } from "../../log-params.ts";
import { titled } from "../../page-title.ts";
import type { SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("ledger");

export default async function LedgerPage({ searchParams }: { searchParams: SearchParams }) {
  const params = await rangeParamsOf(searchParams, ["accountId", "kind"]);
  const entries = { query: ledgerEntriesQuery(params), from: listLedgerOperation, pages: true };
  return (
    <Hydrate prefetch={[entries, { query: proofsQuery(), from: listProofsOperation, pages: true }]}>
      <LedgerView />
    </Hydrate>
  );
}
