import { z } from "zod";
import { getAccount } from "#lib/accounts/service";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams } from "#lib/core/shapes";
import { ledgerPage, listLedgerQuery } from "#lib/ledger/schema";
import { listLedgerEntries } from "#lib/ledger/store";

/** Postgres' own text of a moment, to the microsecond. */
const storedTime = z.string().regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/);

export const listAccountLedger = operation({
  id: "listAccountLedger",
  method: "GET",
  path: "/api/accounts/{id}/ledger",
  summary: "An account's ledger entries with the balance after each, newest first",
  tag: "Accounts",
  permission: "ledger.read",
  params: idParams,
  query: listLedgerQuery,
  answer: ledgerPage,
  async run({ params, query }) {
    const after = decodeCursor(query.cursor, z.tuple([storedTime, idInput]));
    const account = await getAccount(params.id);
    const rows = await listLedgerEntries(account.id, query.limit, after);
    return toPage(
      rows,
      query.limit,
      (row) => row.entry,
      (row) => row.position,
    );
  },
});
