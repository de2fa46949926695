import { z } from "zod";
import { getAccount } from "#lib/accounts/service";
import { operation } from "#lib/api/operation";
import { formatUsd } from "#lib/core/money";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer, storedTimeInput } from "#lib/core/shapes";
import { proveLedger } from "#lib/ledger/proof-store";
import { ledgerEntryAnswer, ledgerPage, ledgerProofAnswer, listLedgerQuery } from "#lib/ledger/schema";
import { listLedgerEntries } from "#lib/ledger/store";

export const listAccountLedger = operation({
  id: "listAccountLedger",
  method: "GET",
  path: "/api/accounts/{id}/ledger",
  summary: "An account's ledger entries with the balance after each, newest first",
  tag: "Accounts",
  permission: "ledger.read",
  customers: { account: "path", answer: pageAnswer(ledgerEntryAnswer.omit({ note: true })) },
  params: idParams,
  query: listLedgerQuery,
  answer: ledgerPage,
  async run({ params, query }) {
    const after = decodeCursor(query.cursor, z.tuple([storedTimeInput, idInput]));
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

export const verifyLedger = operation({
  id: "verifyLedger",
  method: "POST",
  path: "/api/ledger/verify",
  summary: "Prove the books: Σ entries = balance, Σ log rows = usage, to the nano-dollar",
  tag: "Ledger",
  permission: "ledger.read",
  answer: ledgerProofAnswer,
  async run() {
    const { accounts, transactions, rows, differences } = await proveLedger();
    return {
      ok: differences.length === 0,
      differences: differences.map(({ expected, actual, ...where }) => ({
        ...where,
        check: ledgerProofAnswer.shape.differences.element.shape.check.parse(where.check),
        expected: formatUsd(BigInt(expected)),
        actual: formatUsd(BigInt(actual)),
      })),
      accounts: Number(accounts),
      transactions: Number(transactions),
      rows: Number(rows),
      checkedAt: new Date().toISOString(),
    };
  },
});
