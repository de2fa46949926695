import { z } from "zod";
import { getAccount } from "#lib/accounts/service";
import { operation } from "#lib/api/operation";
import { notFound } from "#lib/core/errors";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer, storedTimeInput } from "#lib/core/shapes";
import { findTransaction, listTransactions } from "#lib/ledger/list-store";
import { listProofs, verifyBooks } from "#lib/ledger/proof-service";
import {
  ledgerEntryAnswer,
  ledgerPage,
  ledgerProofAnswer,
  listEntriesQuery,
  listLedgerQuery,
  listProofsQuery,
  listSealsQuery,
  proofPage,
  sealPage,
  transactionAnswer,
  transactionPage,
} from "#lib/ledger/schema";
import { listSeals } from "#lib/ledger/seal-store";
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

export const listLedgerOperation = operation({
  id: "listLedger",
  method: "GET",
  path: "/api/ledger/entries",
  summary: "Ledger transactions over all accounts, newest first",
  tag: "Ledger",
  permission: "ledger.read",
  query: listEntriesQuery,
  answer: transactionPage,
  async run({ query }) {
    const after = decodeCursor(query.cursor, z.tuple([storedTimeInput, idInput]));
    const rows = await listTransactions(query, after);
    return toPage(
      rows,
      query.limit,
      (row) => row.row,
      (row) => row.position,
    );
  },
});

export const getLedgerTransactionOperation = operation({
  id: "getLedgerTransaction",
  method: "GET",
  path: "/api/ledger/transactions/{id}",
  summary: "One ledger transaction with both its sides",
  tag: "Ledger",
  permission: "ledger.read",
  params: idParams,
  answer: transactionAnswer,
  async run({ params }) {
    const found = await findTransaction(params.id);
    if (found === undefined) throw notFound("ledger transaction");
    return found;
  },
});

export const verifyLedger = operation({
  id: "verifyLedger",
  method: "POST",
  path: "/api/ledger/verify",
  summary: "Prove the books: Σ entries = balance, Σ log rows = usage, seals intact, to the nano-dollar",
  tag: "Ledger",
  permission: "ledger.read",
  answer: ledgerProofAnswer,
  run: ({ actor }) => verifyBooks(actor.name),
});

export const listProofsOperation = operation({
  id: "listProofs",
  method: "GET",
  path: "/api/ledger/proofs",
  summary: "Every run of the proof, newest first",
  tag: "Ledger",
  permission: "ledger.read",
  query: listProofsQuery,
  answer: proofPage,
  async run({ query }) {
    const [before] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    const proofs = await listProofs(query.limit, before);
    return toPage(
      proofs,
      query.limit,
      (proof) => proof,
      (proof) => [proof.id],
    );
  },
});

export const listSealsOperation = operation({
  id: "listSeals",
  method: "GET",
  path: "/api/ledger/seals",
  summary: "Sealed days of the ledger, newest first",
  tag: "Ledger",
  permission: "ledger.read",
  query: listSealsQuery,
  answer: sealPage,
  async run({ query }) {
    const [before] = decodeCursor(query.cursor, z.tuple([z.number().int()])) ?? [];
    const seals = await listSeals(query.limit, before);
    return toPage(
      seals,
      query.limit,
      (seal) => seal,
      (seal) => [seal.number],
    );
  },
});
