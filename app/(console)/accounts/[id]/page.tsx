import { getAccountOperation } from "#lib/api/operations/accounts";
import { listAccountLedger } from "#lib/api/operations/ledger";
import { accountQuery, ledgerQuery } from "#lib/api/queries";
import { AccountHome } from "../../../account.tsx";
import { Hydrate } from "../../../hydrate.tsx";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("accounts");

export default async function AccountPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const account = { query: accountQuery(id), from: getAccountOperation };
  const ledger = { query: ledgerQuery(id), from: listAccountLedger, pages: true };
  return (
    <Hydrate prefetch={[account, ledger]}>
      <AccountHome id={id} />
    </Hydrate>
  );
}
