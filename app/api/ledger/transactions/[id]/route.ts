import { getLedgerTransactionOperation } from "#lib/api/operations/ledger";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getLedgerTransactionOperation);
