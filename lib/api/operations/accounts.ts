import {
  accountAnswer,
  accountPage,
  createAccountBody,
  editedOfAccount,
  listAccountsQuery,
  updateAccountBody,
} from "#lib/accounts/schema";
import { createAccount, getAccount, updateAccount } from "#lib/accounts/service";
import { listAccounts } from "#lib/accounts/store";
import { operation } from "#lib/api/operation";
import { toPage } from "#lib/core/page";
import { idParams } from "#lib/core/shapes";
import { positionOf, sortedPosition } from "#lib/core/sort";

const tag = "Accounts";

export const listAccountsOperation = operation({
  id: "listAccounts",
  method: "GET",
  path: "/api/accounts",
  summary: "Accounts with their balances, newest first unless sorted",
  tag,
  permission: "accounts.read",
  customers: { account: "own" },
  query: listAccountsQuery,
  answer: accountPage,
  async run({ query, own }) {
    const after = sortedPosition(query.cursor, query.sort);
    const accounts = await listAccounts(
      query,
      after,
      own?.map(({ accountId }) => accountId),
    );
    return toPage(
      accounts,
      query.limit,
      (account) => account,
      (account) => positionOf(query.sort, account),
    );
  },
});

export const createAccountOperation = operation({
  id: "createAccount",
  method: "POST",
  path: "/api/accounts",
  summary: "Create an account",
  tag,
  permission: "accounts.write",
  body: createAccountBody,
  answer: accountAnswer,
  status: 201,
  idempotent: true,
  etag: editedOfAccount,
  run: ({ actor, body }) => createAccount(actor, body),
});

export const getAccountOperation = operation({
  id: "getAccount",
  method: "GET",
  path: "/api/accounts/{id}",
  summary: "One account",
  tag,
  permission: "accounts.read",
  customers: { account: "path" },
  params: idParams,
  answer: accountAnswer,
  etag: editedOfAccount,
  run: ({ params }) => getAccount(params.id),
});

export const updateAccountOperation = operation({
  id: "updateAccount",
  method: "PATCH",
  path: "/api/accounts/{id}",
  summary: "Change an account; suspending refuses its calls at once",
  tag,
  permission: "accounts.write",
  params: idParams,
  body: updateAccountBody,
  answer: accountAnswer,
  etag: editedOfAccount,
  current: ({ params }) => getAccount(params.id),
  run: ({ actor, params, body }) => updateAccount(actor, params.id, body),
});
