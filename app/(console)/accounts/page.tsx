import { AccountsView } from "#components/accounts/accounts-view";
import { listAccountsOperation } from "#lib/api/operations/accounts";
import { accountsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("accounts");

export default async function AccountsPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["q", "group", "status", "sort"]);
  return (
    <Hydrate prefetch={[{ query: accountsQuery(filters), from: listAccountsOperation, pages: true }]}>
      <AccountsView />
    </Hydrate>
  );
}
